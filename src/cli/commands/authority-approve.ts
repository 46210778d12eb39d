import { readRequest, writeRequest } from '../../trust/request-file.ts'
import { withReason } from '../call-marks.ts'
import { readCarried, requireFile, withOrWithoutDaemon, writeCarried } from '../carried-file.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { withPassphrase } from '../passphrase.ts'
import { proposalReport } from '../proposal-report.ts'
import { requestText, signElsewhere } from '../request.ts'
import { statementWords } from '../statement-words.ts'
import { usageError } from '../usage-error.ts'

const PROPOSAL_ID = /^[0-9a-f]{4,32}$/

export async function run(context: Context, input: Input): Promise<Report> {
  const reference = input.argument('proposal')
  if (!PROPOSAL_ID.test(reference) || input.text('out') !== undefined) {
    return await approveFile(context, input, reference)
  }
  const dryRun = input.isSet('dry-run')
  const marks = { dryRun, ...withReason(input) }
  const proposal = await context.call('proposal.approve', { id: reference, ...marks })
  return proposalReport(proposal, dryRun ? 'looked at (--dry-run)' : 'approved')
}

/** Signs a request that goes from hand to hand, for the authority that is offline. */
async function approveFile(context: Context, input: Input, name: string): Promise<Report> {
  const { environment, home } = context
  const request = requireFile(readRequest(await readCarried(context, name)), name)
  const approve = async (dryRun: boolean) =>
    await withOrWithoutDaemon(
      context,
      () => {
        const marks = { dryRun, ...withReason(input) }
        return context.call('request.approve', { request: { ...writeRequest(request) }, ...marks })
      },
      () =>
        withPassphrase(environment, input, (passphrase) =>
          environment.daemonSide.approveRequest({
            ...{ home: home.directory, request, dryRun },
            ...(passphrase === undefined ? {} : { passphrase })
          })
        )
    )
  const words = statementWords(request.statement)
  if (input.isSet('dry-run')) {
    const { request: _unchanged, ...looked } = await approve(true)
    return report(`would approve: ${words}`, { dryRun: true, words, ...looked })
  }
  const out = input.text('out')
  if (out === undefined) throw usageError('say where the approved request goes: --out FILE')
  const { path, ...approved } = await writeCarried(context, out, async () => {
    const { request: signed, ...rest } = await approve(false)
    return { ...rest, text: requestText(signed) }
  })
  const { text: _written, ...shown } = approved
  return report(`approved: ${words}`, { dryRun: false, words, ...shown, file: path })
}

function report(
  what: string,
  shown: {
    readonly dryRun: boolean
    readonly words: string
    readonly type: string
    readonly approvedBy: readonly string[]
    readonly missing: readonly string[]
    readonly needed: number
    readonly file?: string
  }
): Report {
  const { approvedBy, missing, needed, file } = shown
  const at = file ?? 'FILE'
  return {
    json: shown,
    text: (paint) =>
      done(paint, what, [
        ['file', file],
        ['approved by', approvedBy.join(', ') || 'nobody yet'],
        ['needs', needed === 0 ? undefined : `${needed} more of ${missing.join(', ')}`]
      ]),
    quiet: file === undefined ? [] : [file],
    nextElsewhere:
      needed === 0
        ? signElsewhere(at)
        : {
            where: `on a node of ${missing.join(' or ')}`,
            command: `peerage authority approve ${at} --out FILE`
          }
  }
}
