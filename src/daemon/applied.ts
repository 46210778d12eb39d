import type { NodeId } from '../identity/node-id.ts'
import type { AckBook } from '../protocols/acks/index.ts'
import { type Clock, formatTime } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { EnrolledNode } from '../trust/members.ts'
import type { TrustState } from '../trust/state.ts'

/** Who has applied an entry of the trust log, by the acknowledgments that came in so far. */
export interface Applied {
  readonly index: number
  readonly applied: { nodeId: NodeId; node: string; member: string; time: string }[]
  /** Live nodes that have not said so yet. */
  readonly missing: { nodeId: NodeId; node: string; member: string; lastAck?: string }[]
}

export interface AppliedComponents {
  readonly state: Pick<TrustState, 'liveNodes'>
  readonly book: AckBook
  readonly clock: Clock
  readonly scheduler: Scheduler
}

export interface AppliedView {
  of(index: number): Applied
  /** Waits until all live nodes have applied the entry, at most `ms`; says how long it took. */
  until(index: number, ms: number, signal: AbortSignal): Promise<Applied & { waitedMs: number }>
}

export function createAppliedView(components: AppliedComponents): AppliedView {
  const { state, book, clock, scheduler } = components

  function of(index: number): Applied {
    const applied: Applied['applied'] = []
    const missing: Applied['missing'] = []
    for (const { nodeId, node, member } of state.liveNodes()) {
      const ack = book.of(nodeId)
      if (ack !== undefined && ack.size > index) {
        applied.push({ nodeId, node, member, time: formatTime(ack.time) })
      } else {
        const lastAck = ack === undefined ? {} : { lastAck: formatTime(ack.time) }
        missing.push({ nodeId, node, member, ...lastAck })
      }
    }
    return { index, applied, missing }
  }

  const isApplied = (index: number) =>
    state.liveNodes().every((node: EnrolledNode) => (book.of(node.nodeId)?.size ?? 0) > index)

  return {
    of,
    async until(index, ms, signal) {
      const start = clock.monotonic()
      if (ms > 0 && !isApplied(index)) {
        const done = Promise.withResolvers<void>()
        const cancel = scheduler.after(ms, done.resolve)
        const forget = book.onChange(() => {
          if (isApplied(index)) done.resolve()
        })
        signal.addEventListener('abort', () => done.resolve(), { once: true })
        await done.promise
        cancel()
        forget()
      }
      return { ...of(index), waitedMs: Math.round(clock.monotonic() - start) }
    }
  }
}
