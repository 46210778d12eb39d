import { fraction, type Random } from '../crypto/random.ts'
import type { Verdict } from '../encoding/verdict.ts'
import { ERRORS } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'
import type { Overlay } from './overlay-api.ts'
import type { Protocol } from './protocol.ts'

export interface FloodComponents {
  readonly overlay: Pick<Overlay, 'peers' | 'peer' | 'call' | 'serve'>
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
}

/** One kind of news, and how it travels. */
export interface FloodInit<News, Req, Res> {
  readonly protocol: Protocol<Req, Res>
  /** Of `perMessage` pieces of news at most. */
  readonly request: (first: News, ...more: News[]) => Req
  /** 1 when it is left out. */
  readonly perMessage?: number
  /** Takes over what a peer tells, and gives what is news to {@link Flood.spread}. */
  readonly hear: (request: Req, from: NodeId) => Verdict<Res>
  /** What a peer may lack: all that is still of interest. */
  readonly known: (peer: NodeId) => readonly News[] | Promise<readonly News[]>
  /** Who is not told, because it is about itself. */
  readonly about?: (news: News) => NodeId
  /** How long news waits for more of it to travel along; 0 when it is left out. */
  readonly gatherMs?: number
}

export interface Flood<News> {
  start(): Promise<void>
  stop(): void
  /** Tells all connected peers, each on its own, but the one that has told this node. */
  spread(news: readonly News[], from?: NodeId): void
  /** Tells a new peer what it may lack. */
  tellAll(peer: NodeId): Promise<void>
}

/**
 * What is news to a node goes on to all its peers, so that it reaches everybody over any connected
 * graph. Whoever is told something twice takes it for no news: there it ends. A message that was
 * lost is sent again, later each time, as long as the peer is there; what got lost all the same, or
 * came before it could be judged, comes by anti-entropy with one random peer from time to time.
 */
export function createFlood<News, Req, Res>(
  { overlay, scheduler, random, logger }: FloodComponents,
  init: FloodInit<News, Req, Res>
): Flood<News> {
  const { protocol, request, perMessage = 1, known, about, gatherMs = 0 } = init
  const missed = new Map<NodeId, { readonly news: Set<News>; readonly cancel: CancelTimer }>()
  let gathered: { readonly one: News; readonly from: NodeId | undefined }[] = []
  let cancelGathering: CancelTimer | undefined
  let endComparing: CancelTimer | undefined

  function flush(): void {
    cancelGathering = undefined
    const told = gathered
    gathered = []
    for (const { nodeId } of overlay.peers()) {
      const wanted = told.filter(({ from }) => from !== nodeId)
      void tell(
        nodeId,
        wanted.map(({ one }) => one)
      )
    }
  }

  /** What the peer refuses does not keep the rest from it. */
  async function tell(nodeId: NodeId, news: readonly News[], failuresBefore = 0): Promise<void> {
    const wanted = news.filter((one) => about?.(one) !== nodeId)
    let failures = failuresBefore
    for (let i = 0; i < wanted.length; i += perMessage) {
      const [first, ...more] = wanted.slice(i, i + perMessage)
      if (first === undefined) return
      const answer = await overlay.call(nodeId, protocol, request(first, ...more))
      failures = answer.ok ? 0 : failures
      if (answer.ok) continue
      logger.debug('flood.not-told', { protocol: protocol.id, nodeId, code: answer.fault })
      if (ERRORS[answer.fault].retryable) return tellLater(nodeId, wanted.slice(i), failures)
    }
  }

  /** One timer for each peer, however much of what it was told was lost. */
  function tellLater(nodeId: NodeId, news: readonly News[], failures: number): void {
    const waiting = missed.get(nodeId)?.news
    if (waiting !== undefined) for (const one of news) waiting.add(one)
    if (waiting !== undefined || failures >= LIMITS.announceRetriesMax) return
    const lost = new Set(news)
    const cancel = scheduler.after(LIMITS.announceRetryMs * 2 ** failures, () => {
      missed.delete(nodeId)
      if (overlay.peer(nodeId) !== undefined) void tell(nodeId, [...lost], failures + 1)
    })
    missed.set(nodeId, { news: lost, cancel })
  }

  async function tellAll(nodeId: NodeId): Promise<void> {
    await tell(nodeId, await known(nodeId))
  }

  function compareWithRandomPeer(): void {
    const peers = overlay.peers()
    const peer = peers[Math.floor(fraction(random) * peers.length)]
    if (peer !== undefined) void tellAll(peer.nodeId)
  }

  return {
    tellAll,
    spread(news, from) {
      gathered.push(...news.map((one) => ({ one, from })))
      if (gatherMs === 0) flush()
      else if (gathered.length > 0) cancelGathering ??= scheduler.after(gatherMs, flush)
    },
    async start() {
      await overlay.serve(protocol, async (told, peer) => init.hear(told, peer.nodeId))
      endComparing = scheduler.every(LIMITS.syncIntervalMs, compareWithRandomPeer)
    },
    stop() {
      cancelGathering?.()
      endComparing?.()
      for (const { cancel } of missed.values()) cancel()
    }
  }
}
