import type { PrivateKey } from '../../crypto/ed25519.ts'
import { fraction, type Random } from '../../crypto/random.ts'
import { accept } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Clock } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import { type Ack, sealAck } from '../../trust/ack.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { AckBook } from './book.ts'
import { ACKS } from './messages.ts'

export interface AcksComponents {
  readonly overlay: Pick<Overlay, 'peers' | 'call' | 'serve' | 'nodeId'>
  readonly log: Pick<TrustLog, 'network' | 'size' | 'rootAt'>
  readonly book: AckBook
  readonly key: PrivateKey
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
}

export interface Acks {
  start(): Promise<void>
  stop(): void
  /** This node has applied its log: what is excluded is cut. */
  acknowledge(): void
  /** Tells a new peer everything that is known. */
  tellAll(nodeId: NodeId): Promise<void>
}

/**
 * Signs what this node has applied, and floods acknowledgments: what is news goes to all connected
 * peers but the one it came from, gathered for a moment, so that n nodes that apply one entry cost
 * a few messages each and not n times n.
 */
export function createAcks(components: AcksComponents): Acks {
  const { overlay, log, book, key, clock, scheduler, random, logger } = components
  const pending = new Map<NodeId, { readonly ack: Ack; readonly from: NodeId | undefined }>()
  const endings: (() => void)[] = []
  const retries = new Set<() => void>()
  let flushing: (() => void) | undefined

  function spread(news: readonly Ack[], from: NodeId | undefined): void {
    for (const ack of news) pending.set(ack.nodeId, { ack, from })
    if (pending.size > 0) flushing ??= scheduler.after(LIMITS.ackGatherMs, flush)
  }

  function flush(): void {
    flushing = undefined
    const gathered = [...pending.values()]
    pending.clear()
    for (const { nodeId } of overlay.peers()) {
      const wanted = gathered.filter(({ from, ack }) => from !== nodeId && ack.nodeId !== nodeId)
      void tell(
        nodeId,
        wanted.map(({ ack }) => ack)
      )
    }
  }

  /** What was lost is told again soon, as long as the peer is there. */
  async function tell(nodeId: NodeId, acks: readonly Ack[], failures = 0): Promise<void> {
    for (let i = 0; i < acks.length; i += LIMITS.acksPerMessageMax) {
      const page = acks.slice(i, i + LIMITS.acksPerMessageMax).map((ack) => ack.bytes)
      const answer = await overlay.call(nodeId, ACKS, { acks: page })
      if (answer.ok) continue
      logger.debug('acks.not-told', { nodeId, code: answer.fault })
      if (failures >= LIMITS.announceRetriesMax) return
      const cancel = scheduler.after(LIMITS.announceRetryMs * 2 ** failures, () => {
        retries.delete(cancel)
        const isThere = overlay.peers().some((peer) => peer.nodeId === nodeId)
        if (isThere) void tell(nodeId, acks.slice(i), failures + 1)
      })
      retries.add(cancel)
      return
    }
  }

  async function tellAll(nodeId: NodeId): Promise<void> {
    await tell(nodeId, book.all())
  }

  return {
    tellAll,
    acknowledge() {
      const { network, size } = log
      if ((book.of(overlay.nodeId)?.size ?? 0) >= size) return
      const content = { network, size, root: log.rootAt(size), time: clock.now() }
      spread(book.learn([sealAck(content, key)]), undefined)
    },
    async start() {
      await overlay.serve(ACKS, async ({ acks }, peer) => {
        const news = book.learn(acks)
        spread(news, peer.nodeId)
        return accept({ taken: news.length })
      })
      // What was lost on the way, or came before its entries, is told again.
      endings.push(
        scheduler.every(LIMITS.syncIntervalMs, () => {
          const peers = overlay.peers()
          const peer = peers[Math.floor(fraction(random) * peers.length)]
          if (peer !== undefined) void tellAll(peer.nodeId)
        })
      )
    },
    stop() {
      flushing?.()
      for (const end of [...endings.splice(0), ...retries]) end()
    }
  }
}
