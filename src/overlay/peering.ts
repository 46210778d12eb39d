import { fraction, type Random } from '../crypto/random.ts'
import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import { isAbsence } from '../reputation/penalties.ts'
import { NO_STANDINGS, type StandingView } from '../reputation/standing-view.ts'
import type { Clock } from '../time/clock.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'
import { type AnchorStore, Anchors, NO_ANCHORS } from './anchors.ts'
import type { Host } from './host.ts'

export interface Candidate {
  readonly nodeId: NodeId
  readonly addresses: readonly string[]
}

export interface Backoff {
  readonly failures: number
  /** On the monotonic clock, in milliseconds. */
  readonly retryAt: number
}

export interface PeeringSituation {
  readonly now: number
  /** Peers that count: one that is restricted fills nobody's place. */
  readonly connected: number
  /** Dials under way. */
  readonly dialing: number
  /** Those among them that this node dialed itself. */
  readonly outbound: number
  /** Not connected, not being dialed, with at least one address; in order of preference. */
  readonly candidates: readonly Candidate[]
  readonly backoff: ReadonlyMap<NodeId, Backoff>
}

/**
 * Whom to dial now, so that connections and dials together reach the desired degree, and enough of
 * them are of this node's own choice: whoever fills it with inbound connections does not choose its
 * neighbors.
 */
export function nextDials(situation: PeeringSituation): readonly Candidate[] {
  const { now, connected, outbound, dialing, candidates, backoff } = situation
  const missing = Math.max(LIMITS.desiredPeers - connected, LIMITS.outboundPeersMin - outbound)
  const slots = LIMITS.peeringDialsMax - dialing
  const due = candidates.filter(({ nodeId }) => (backoff.get(nodeId)?.retryAt ?? 0) <= now)
  return due.slice(0, Math.max(0, Math.min(missing - dialing, slots)))
}

/** Exponential, with half of it at random so that nodes that lost a peer do not return in step. */
export function backOff(
  before: Backoff | undefined,
  now: number,
  random: Random,
  msMax = LIMITS.redialMsMax
): Backoff {
  const failures = (before?.failures ?? 0) + 1
  const ceiling = Math.min(msMax, LIMITS.redialMsMin * 2 ** Math.min(failures - 1, 20))
  return { failures, retryAt: now + ceiling * (0.5 + fraction(random) / 2) }
}

export interface PeeringComponents {
  readonly host: Pick<Host, 'nodeId' | 'peers' | 'peer' | 'dial'>
  /** Everybody who may be dialed: bootstrap addresses and live members with known ones. */
  readonly candidates: () => readonly Candidate[]
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
  /** Without them everybody is as good as everybody else. */
  readonly standings?: StandingView
  readonly anchors?: AnchorStore
  /** A node that was dialed was not there. */
  readonly onAbsent?: (nodeId: NodeId, code: ErrorCode) => void
}

export interface Peering {
  start(): void
  stop(): void
  /** Something changed: looks at once instead of at the next interval. */
  look(): void
  /** The operator wants no connection to this peer; lasts until `allow` or the end. */
  hold(nodeId: NodeId): void
  allow(nodeId: NodeId): void
}

/**
 * Keeps the desired number of peers: dials members in order of preference, and at random where that
 * makes no difference; first of all the proven peers of the last run. It backs off from those that
 * do not answer and never gives up on anybody, since a network of two must find together again. It
 * never closes a connection: no newcomer can take the place of a peer that has proved itself.
 */
export function createPeering(components: PeeringComponents): Peering {
  const { host, clock, scheduler, random, logger, standings = NO_STANDINGS } = components
  const anchors = new Anchors(components.anchors ?? NO_ANCHORS, standings)
  const backoff = new Map<NodeId, Backoff>()
  const dialing = new Set<NodeId>()
  const held = new Set<NodeId>()
  const ending = new AbortController()
  let cancelInterval: CancelTimer | undefined
  let cancelRetry: CancelTimer | undefined

  function look(): void {
    if (cancelInterval === undefined) return
    const candidates = components.candidates()
    const known = new Set(candidates.map((candidate) => candidate.nodeId))
    anchors.retain((nodeId) => known.has(nodeId))
    for (const nodeId of backoff.keys()) if (!known.has(nodeId)) backoff.delete(nodeId)
    const open = candidates.filter(isOpen)
    const now = clock.monotonic()
    const peers = host.peers().filter((peer) => standings.consequences(peer).countsAsPeer)
    const outbound = peers.filter(({ direction }) => direction === 'outbound').length
    const situation = { now, connected: peers.length, outbound, dialing: dialing.size, backoff }
    const chosen = nextDials({ ...situation, candidates: inOrder(open) })
    anchors.keep(peers)
    for (const candidate of chosen) void dial(candidate)
    retrySoon(now)
  }

  /** Whom the standing leaves out is not dialed by itself; an operator can still ask for it. */
  function inOrder(open: readonly Candidate[]): readonly Candidate[] {
    const ranked = shuffle(open, random).flatMap((candidate) => {
      const preference = standings.preference(candidate)
      if (preference === undefined) return []
      return [{ candidate, rank: anchors.isAnchor(candidate.nodeId) ? -1 : preference }]
    })
    return ranked.toSorted((a, b) => a.rank - b.rank).map(({ candidate }) => candidate)
  }

  function isOpen({ nodeId, addresses }: Candidate): boolean {
    const isFree = !dialing.has(nodeId) && !held.has(nodeId) && host.peer(nodeId) === undefined
    return isFree && nodeId !== host.nodeId && addresses.length > 0
  }

  async function dial({ nodeId, addresses }: Candidate): Promise<void> {
    dialing.add(nodeId)
    const wasAlone = host.peers().length === 0
    const dialed = await host.dial(nodeId, addresses, { signal: ending.signal })
    dialing.delete(nodeId)
    if (dialed.ok) {
      backoff.delete(nodeId)
      // The network of this node is back: what failed before says nothing about the others.
      if (wasAlone) backoff.clear()
    } else {
      logger.debug('peering.dial-failed', { nodeId, code: dialed.fault })
      if (isAbsence(dialed.fault)) components.onAbsent?.(nodeId, dialed.fault)
      const isAlone = host.peers().length === 0
      const msMax = isAlone ? LIMITS.redialAloneMsMax : LIMITS.redialMsMax
      backoff.set(nodeId, backOff(backoff.get(nodeId), clock.monotonic(), random, msMax))
    }
    look()
  }

  /** The interval is too coarse for the first retries, with which a starting network converges. */
  function retrySoon(now: number): void {
    cancelRetry?.()
    // What is due already was dialed or is not wanted now: waiting for it would be a busy loop.
    const coming = [...backoff.values()].map((entry) => entry.retryAt).filter((at) => at > now)
    const due = Math.min(...coming)
    if (due < now + LIMITS.peeringIntervalMs) cancelRetry = scheduler.after(due - now, look)
  }

  return {
    look,
    start() {
      cancelInterval = scheduler.every(LIMITS.peeringIntervalMs, look)
      look()
    },
    stop() {
      cancelInterval?.()
      cancelInterval = undefined
      cancelRetry?.()
      ending.abort()
    },
    hold: (nodeId) => void held.add(nodeId),
    allow: (nodeId) => void held.delete(nodeId)
  }
}

/** Fisher–Yates: no peer is dialed first by all. */
function shuffle<T>(items: readonly T[], random: Random): T[] {
  const shuffled = [...items]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(fraction(random) * (i + 1))
    const [a, b] = [shuffled[i], shuffled[j]]
    if (a === undefined || b === undefined) continue
    shuffled[i] = b
    shuffled[j] = a
  }
  return shuffled
}
