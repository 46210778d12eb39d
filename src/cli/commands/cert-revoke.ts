import { appliedFacts } from '../applied-facts.ts'
import { withMarks, withWait } from '../call-marks.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'
import { decided } from '../receipt.ts'
import { withOffline, writtenRequest } from '../request.ts'
import { usageError } from '../usage-error.ts'

const NODES_MAX = 4

interface Target {
  readonly by: 'serial' | 'node' | 'member'
  readonly value: string
}

export async function run(context: Context, input: Input): Promise<Report> {
  const target = targetOf(input)
  const revoked = await context.call('cert.revoke', {
    ...target,
    dryRun: input.isSet('dry-run'),
    ...withOffline(input),
    ...withWait(input),
    ...withMarks(input)
  })
  const request = await writtenRequest(context, input, revoked)
  if (request !== undefined) return request
  return {
    json: revoked,
    text: (paint) =>
      done(paint, decided(revoked.dryRun, `${revoked.by} ${revoked.value} revoked`), [
        ['entry', `${revoked.index} of the trust log`],
        ['refused', count(revoked.nodes.length, 'node')],
        ...shownNodes(revoked.nodes).map((nodeId) => ['', nodeId] as const),
        ...(revoked.acks === undefined ? [] : appliedFacts(revoked.acks)),
        ['trust log', `size ${revoked.trust.size}, root ${revoked.trust.root}`]
      ]),
    quiet: revoked.nodes,
    next: 'peerage peer ls'
  }
}

/** As many as fit; `--json` and `--quiet` have all. */
function shownNodes(nodeIds: readonly string[]): readonly string[] {
  const shown = nodeIds.slice(0, NODES_MAX)
  return shown.length === nodeIds.length
    ? shown
    : [...shown, `… ${nodeIds.length - shown.length} more`]
}

/** Exactly one: what is excluded is never guessed. */
function targetOf(input: Input): Target {
  const targets = [
    { by: 'node', value: input.optionalArgument('node') },
    { by: 'member', value: input.text('member') },
    { by: 'serial', value: input.text('serial') }
  ] as const
  const [target, other] = targets.flatMap(({ by, value }) =>
    value === undefined ? [] : [{ by, value }]
  )
  if (target === undefined || other !== undefined) {
    throw usageError('name one of NODE, --member MEMBER and --serial SERIAL')
  }
  return target
}
