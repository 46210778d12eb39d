import { formatDuration } from '../../encoding/duration.ts'
import { toPeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { pause } from '../../time/pause.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { count, done, type Report } from '../output.ts'

/** How often a daemon that is not there yet is looked for. */
const RETRY_MS = 100

export async function run(context: Context, input: Input): Promise<Report> {
  const { clock } = context.environment
  const started = clock.monotonic()
  const patience = context.settings.timeoutMs ?? LIMITS.rpcCallMsDefault
  const progress = context.startProgress('waiting for the node')
  try {
    for (;;) {
      const left = Math.max(0, Math.ceil(patience - (clock.monotonic() - started)))
      const result = await attempt(context, input.integer('peers') ?? 0, left)
      if (result !== undefined) return report(result, clock.monotonic() - started)
      await pause(context.environment.scheduler, RETRY_MS)
    }
  } finally {
    progress.end()
  }
}

/** The answer, or `undefined` when there is no daemon yet and time is left. */
async function attempt(context: Context, peers: number, left: number) {
  try {
    const params = { peers, timeoutMs: Math.min(left, LIMITS.rpcWaitMsMax) }
    return await context.call('node.wait', params, { timeoutMs: left + LIMITS.rpcCallMsDefault })
  } catch (thrown) {
    const { code } = toPeerageError(thrown)
    const comesLater =
      code === 'DAEMON_UNREACHABLE' || code === 'NOT_READY' || code === 'CONNECTION_CLOSED'
    if (!comesLater || left <= RETRY_MS) throw thrown
    return undefined
  }
}

function report(
  result: { readonly state: string; readonly peers: { readonly connected: number } },
  waitedMs: number
): Report {
  const { state, peers } = result
  return {
    json: { ...result, waitedMs: Math.round(waitedMs) },
    text: (paint) =>
      done(
        paint,
        `${state}, ${count(peers.connected, 'peer')} connected, after ${formatDuration(waitedMs)}`
      ),
    next: 'peerage status'
  }
}
