import { PeerageError } from '../../errors.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { alignedFacts, createPaint, printable, type Report } from '../output.ts'

type Facts = Parameters<typeof alignedFacts>[0]

export async function run(context: Context, input: Input): Promise<Report> {
  const id = input.text('proposal')
  if (id !== undefined) return await showProposed(context, id)
  const policy = await context.call('policy.show', {})
  const { text, digest, index, setAt, signer, approvedBy } = policy
  return report(context, { json: policy, text }, [
    ['entry', `${index} of the trust log, ${setAt}`],
    ['signed by', signer],
    ['approved by', approvedBy.length === 0 ? undefined : approvedBy.join(', ')],
    ['digest', digest]
  ])
}

/** What approvers are asked to agree to. */
async function showProposed(context: Context, id: string): Promise<Report> {
  const proposal = await context.call('proposal.show', { id })
  const { text } = proposal.content
  if (text === undefined) {
    throw new PeerageError('INVALID_ARGUMENT', {
      reason: 'the proposal is about something else',
      about: proposal.about
    })
  }
  return report(context, { json: proposal, text }, [
    ['proposal', proposal.id],
    ['what', proposal.about],
    ['approved by', proposal.approvedBy.join(', ') || 'nobody yet'],
    ['expires', proposal.expiresAt]
  ])
}

/** The text alone goes to standard output; what is known of it, to standard error. */
function report(
  { environment, settings }: Context,
  shown: { readonly json: unknown; readonly text: string },
  facts: Facts
): Report {
  // A pipe gets the text as it is; a terminal must not be driven by it.
  const text = environment.stdout.isTTY === true ? printable(shown.text, '\n\t') : shown.text
  if (!settings.json && !settings.quiet) {
    const paint = createPaint(settings.color && environment.stderr.isTTY === true)
    const lines = alignedFacts(facts).map((line) => paint('dim', line))
    environment.stderr.write(`${lines.join('\n')}\n`)
  }
  // The report ends its last line itself.
  const lines = [text.replace(/\n$/, '')]
  return { json: shown.json, text: () => lines, quiet: lines }
}
