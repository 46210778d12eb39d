import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Defense } from '../overlay/defense.ts'
import type { Refusal } from '../overlay/host.ts'
import { Absences } from '../reputation/absences.ts'
import { reasonOf } from '../reputation/explain.ts'
import {
  createLedger,
  type Ledger,
  type ReputationStore,
  type StandingChange
} from '../reputation/ledger.ts'
import { Opinions } from '../reputation/opinions.ts'
import { faultOf, isAbsence } from '../reputation/penalties.ts'
import { isIsolated } from '../reputation/standing.ts'
import type { StandingView } from '../reputation/standing-view.ts'
import { createStandings } from '../reputation/standings.ts'
import type { Clock } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { TrustState } from '../trust/state.ts'
import type { AlarmBook } from './alarms.ts'
import { weakenStandings } from './weakened.ts'

export interface ReputationRoomComponents {
  readonly store: ReputationStore
  readonly state: Pick<TrustState, 'node' | 'member' | 'liveNodes'>
  readonly self: NodeId
  /** The nodes that this one was enrolled by: their members are exempt (docs/reputation.md). */
  readonly bootstrap: readonly NodeId[]
  /** Whose node is connected, by its certificate; the trust log may not know it yet. */
  readonly memberOfPeer: (nodeId: NodeId) => string | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear'>
  /** Told at once: whoever is banned is cut by whoever listens. */
  readonly onChange: (change: StandingChange) => void
  /** Rules left out, by the control of an attack only (src/testnet/). */
  readonly without: ReadonlySet<Defense>
}

/** The one place where what peers cause becomes reputation, and reputation a standing. */
export interface ReputationRoom {
  readonly ledger: Ledger
  readonly standings: StandingView
  /** What those say to whose lists this node subscribes. */
  readonly opinions: Opinions
  /** Why a member stands where it stands, in one sentence. */
  reasonOf(member: string): string
  isExempt(member: string): boolean
  caused(nodeId: NodeId, code: ErrorCode): void
  answered(nodeId: NodeId): void
  /** The last connection of a peer has ended. */
  left(nodeId: NodeId): void
  /** A handshake without admission: what this node refused in a member is a fault of that member. */
  refused(refusal: Pick<Refusal, 'by' | 'code' | 'nodeId'>): void
  /** Returns how to stop, which saves. */
  start(): () => void
}

const BRAKE = 'isolation'

/** Throws what the store throws. */
export function createReputationRoom(components: ReputationRoomComponents): ReputationRoom {
  const { state, self, clock, scheduler, alarms, without } = components
  const absences = new Absences(clock)
  const isExempt = (member: string) =>
    components.bootstrap.some((nodeId) => state.node(nodeId)?.member === member)
  const ledger = createLedger({
    ...{ store: components.store, clock, isExempt, onChange: components.onChange },
    membersCount() {
      const others = state.liveNodes().filter((node) => node.nodeId !== self)
      return new Set(others.map(({ member }) => member)).size
    },
    onBrake(braked) {
      if (braked.length === 0) alarms.clear('REPUTATION_BRAKED', BRAKE)
      else {
        const detail = { members: braked.length }
        alarms.raise({ code: 'REPUTATION_BRAKED', subject: BRAKE, detail })
      }
    }
  })
  const memberOf = (nodeId: NodeId) => {
    if (without.has('member-score')) return nodeId
    return state.node(nodeId)?.member ?? components.memberOfPeer(nodeId)
  }

  const opinions = new Opinions({
    clock,
    isHeard(member) {
      const known = state.member(member)
      const isIn = known !== undefined && known.revoked === undefined
      return isIn && known.suspended === undefined && !isIsolated(ledger.standing(member))
    }
  })
  const standings = createStandings({ ledger, absences, opinions, memberOf, clock })

  function caused(nodeId: NodeId, code: ErrorCode): void {
    if (isAbsence(code)) absences.add(nodeId)
    const member = memberOf(nodeId)
    // Strangers are refused anyway, and whoever makes keys must not fill the ledger.
    if (member === undefined || faultOf(code) === undefined) return
    ledger.apply(member, { type: 'fault', code, nodeId })
  }

  return {
    ledger,
    opinions,
    standings: weakenStandings(standings, without),
    reasonOf: (member) => reasonOf(ledger.reputation(member), clock.now(), opinions.about(member)),
    isExempt,
    caused,
    answered(nodeId) {
      absences.clear(nodeId)
      const member = memberOf(nodeId)
      if (member !== undefined) ledger.apply(member, { type: 'answered' })
    },
    left(nodeId) {
      const member = memberOf(nodeId)
      if (without.has('fault-memory') && member !== undefined) {
        ledger.apply(member, { type: 'pardon' })
      }
    },
    refused({ by, code, nodeId }) {
      if (by === 'us' && nodeId !== undefined) caused(nodeId, code)
    },
    start() {
      ledger.tick()
      const stops = [
        scheduler.every(LIMITS.reputationTickMs, () => ledger.tick()),
        scheduler.every(LIMITS.reputationSaveMs, () => ledger.save())
      ]
      return () => {
        for (const stop of stops) stop()
        ledger.save()
      }
    }
  }
}
