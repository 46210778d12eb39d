import { fraction, type Random } from '../../crypto/random.ts'
import { accept, type Verdict } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { BreakGlassBook, Withdrawn } from './book.ts'
import { BREAK_GLASS } from './messages.ts'

export interface BreakGlassFloodComponents {
  readonly overlay: Pick<Overlay, 'peers' | 'call' | 'serve' | 'nodeId'>
  readonly book: BreakGlassBook
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
  /** In force here already; the peers have been told. */
  readonly onTaken: (withdrawn: Withdrawn) => void
}

export interface BreakGlassFlood {
  start(): Promise<void>
  stop(): void
  /** Tells a new peer everything that is no entry yet. */
  tellAll(nodeId: NodeId): Promise<void>
  /** Faults as `BreakGlassBook.learn`. */
  submit(statement: Uint8Array): ReturnType<BreakGlassBook['learn']>
}

/** Floods what nodes have signed about themselves: news goes to all peers but whom it came from. */
export function createBreakGlassFlood(components: BreakGlassFloodComponents): BreakGlassFlood {
  const { overlay, book, scheduler, random, logger, onTaken } = components
  let end: (() => void) | undefined

  async function tell(nodeId: NodeId, statement: Uint8Array): Promise<void> {
    const answer = await overlay.call(nodeId, BREAK_GLASS, { statement })
    // Whoever missed it is told again by anti-entropy.
    if (!answer.ok) logger.debug('break-glass.not-told', { nodeId, code: answer.fault })
  }

  async function tellAll(nodeId: NodeId): Promise<void> {
    for (const { bytes } of book.open()) await tell(nodeId, bytes)
  }

  function learn(bytes: Uint8Array, from: NodeId | undefined): ReturnType<BreakGlassBook['learn']> {
    const learned: Verdict<{ readonly taken: boolean; readonly withdrawn: Withdrawn }> =
      book.learn(bytes)
    if (!learned.ok || !learned.value.taken) return learned
    const { withdrawn } = learned.value
    for (const { nodeId } of overlay.peers()) {
      if (nodeId !== from && nodeId !== withdrawn.nodeId) void tell(nodeId, bytes)
    }
    onTaken(withdrawn)
    return learned
  }

  return {
    tellAll,
    submit: (statement) => learn(statement, undefined),
    async start() {
      await overlay.serve(BREAK_GLASS, async ({ statement }, peer) => {
        const learned = learn(statement, peer.nodeId)
        return learned.ok ? accept({ taken: learned.value.taken }) : learned
      })
      end = scheduler.every(LIMITS.syncIntervalMs, () => {
        const peers = overlay.peers()
        const peer = peers[Math.floor(fraction(random) * peers.length)]
        if (peer !== undefined) void tellAll(peer.nodeId)
      })
    },
    stop: () => end?.()
  }
}
