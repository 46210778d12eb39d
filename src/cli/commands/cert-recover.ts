import { formatDuration } from '../../encoding/duration.ts'
import { appliedFacts } from '../applied-facts.ts'
import { withMarks, withWait } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { done, type Report } from '../output.ts'
import { createFile } from '../output-file.ts'
import { decided } from '../receipt.ts'

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const ttlMs = input.duration('ttl')
  const dryRun = input.isSet('dry-run')
  const out = dryRun ? undefined : input.text('out')
  const file = out === undefined ? undefined : createFile(environment, out, 0o600)
  try {
    const recovered = await context.call('cert.recover', {
      node: input.argument('node'),
      dryRun,
      ...(ttlMs === undefined ? {} : { ttlMs }),
      ...withWait(input),
      ...withMarks(input)
    })
    const { member, node, nodeId, revoked, resumed, invite } = recovered
    if (invite !== undefined) file?.write(new TextEncoder().encode(`${invite.invite}\n`))
    const shown = file === undefined ? invite?.invite : undefined
    const leftMs =
      invite === undefined ? 0 : Math.max(0, Date.parse(invite.expiresAt) - environment.clock.now())
    return {
      json: file === undefined || invite === undefined ? recovered : withFile(recovered, file.path),
      text: (paint) => [
        ...done(paint, decided(dryRun, `the key of ${member}/${node} is refused`), [
          ['node id', nodeId],
          ['entry', revoked === undefined ? 'it was revoked before' : `${revoked.index}`],
          ...(revoked?.acks === undefined ? [] : appliedFacts(revoked.acks)),
          ['member', resumed ? `${member} is admitted again` : undefined],
          ['new invite', invite && `${invite.id}, for ${formatDuration(leftMs)}`],
          ['file', file && `${file.path} (mode 0600)`]
        ]),
        ...(shown === undefined ? [] : [paint('strong', shown)]),
        ...(dryRun ? [] : [paint('dim', 'next, in a new home on the other machine: peerage join')])
      ],
      quiet: shown === undefined ? [nodeId] : [shown]
    }
  } catch (thrown) {
    file?.discard()
    throw thrown
  }
}

/** The secret is in the file, and nowhere else. */
function withFile<Recovered extends { invite?: { id: string; expiresAt: string } | undefined }>(
  { invite, ...rest }: Recovered,
  file: string
) {
  return { ...rest, invite: { id: invite?.id, file, expiresAt: invite?.expiresAt } }
}
