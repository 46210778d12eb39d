import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { StandingView } from '../reputation/standing-view.ts'
import type { Clock } from '../time/clock.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'
import { judgeAgain, judgeBan, type TrustView } from './admission.ts'
import type { CertifiedPeers } from './certified-peers.ts'
import type { Freshness } from './freshness.ts'

export interface HeartbeatComponents {
  readonly trust: TrustView
  readonly certified: CertifiedPeers
  readonly freshness: Freshness
  readonly standings: StandingView
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Cuts at once; the promise is for what is forgotten afterwards, and does not reject. */
  readonly cut: (nodeId: NodeId, reason: ErrorCode) => Promise<void>
}

export interface Heartbeat {
  start(): void
  stop(): void
  /**
   * Judges every admitted peer now; call it whenever the trust state, a standing or the clock
   * changed. Those that fail are cut before this returns its promise, which settles when they are
   * forgotten.
   */
  rejudge(): Promise<void>
}

/**
 * A check passed is checked again (DESIGN invariant 4, SR-ADM-7): every `LIMITS.heartbeatMs`, and
 * whenever asked, each admitted peer is judged by what is known now and cut with the reason.
 */
export function createHeartbeat(components: HeartbeatComponents): Heartbeat {
  const { trust, certified, freshness, standings, clock, scheduler, cut } = components
  const rejudge = async () => {
    const cuts = certified.admissions().map((admission) => {
      const { peer } = admission
      const verdict = judgeAgain(trust, admission, { now: clock.now(), freshness })
      const refused = verdict.ok ? judgeBan(standings, peer) : verdict
      return refused === undefined ? undefined : cut(peer.nodeId, refused.fault)
    })
    await Promise.all(cuts)
  }
  let cancel: CancelTimer | undefined
  return {
    start() {
      cancel ??= scheduler.every(LIMITS.heartbeatMs, () => void rejudge())
    },
    stop() {
      cancel?.()
      cancel = undefined
    },
    rejudge
  }
}
