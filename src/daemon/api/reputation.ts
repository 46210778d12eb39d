import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import { outlookOf } from '../../reputation/explain.ts'
import { FAULTS } from '../../reputation/penalties.ts'
import { isOnProbation, type Reputation, scoreOf, standingOf } from '../../reputation/reputation.ts'
import { type Clock, formatTime, type UnixMillis } from '../../time/clock.ts'
import type { TrustState } from '../../trust/state.ts'
import type { ReputationRoom } from '../reputation.ts'
import { pageOf } from './page.ts'
import { resolveNode } from './resolve-node.ts'

export interface ReputationApiComponents {
  readonly room: Pick<ReputationRoom, 'ledger' | 'isExempt' | 'opinions' | 'reasonOf'>
  readonly state: TrustState
  readonly overlay: Pick<Overlay, 'nodeId' | 'peer'>
  readonly clock: Clock
  /** Acts on the standings as they are now. */
  readonly rejudge: () => Promise<void>
}

type PeerDecisions = Pick<NodeApi['peers'], 'ban' | 'unban' | 'allow'>

export function createReputationApi(components: ReputationApiComponents): {
  readonly reputation: NodeApi['reputation']
  readonly decisions: PeerDecisions
  /** A member by its name, or by one of its nodes. Throws `NODE_UNKNOWN`, `INVALID_ARGUMENT`. */
  resolveMember(reference: string): string
} {
  const { room, state, overlay, clock } = components
  const { ledger } = room

  /** Every member with a node, and those that are gone and still remembered; in one order. */
  function members(): readonly string[] {
    const live = state.liveNodes().filter((node) => node.nodeId !== overlay.nodeId)
    const known = [...live, ...ledger.all()].map(({ member }) => member)
    return [...new Set(known)].toSorted()
  }

  const nodesOf = (member: string) =>
    state.liveNodes().filter((node) => node.member === member && node.nodeId !== overlay.nodeId)

  const show = (member: string) => {
    const now = clock.now()
    const reputation = ledger.reputation(member)
    const until = endOf(reputation, now)
    return {
      member,
      standing: standingOf(reputation, now),
      reason: room.reasonOf(member),
      ...(until === undefined ? {} : { until: formatTime(until) }),
      score: rounded(scoreOf(reputation, now)),
      probation: isOnProbation(reputation, now),
      nodes: nodesOf(member).length
    }
  }

  function resolveMember(reference: string): string {
    if (state.member(reference) !== undefined) return reference
    if (ledger.all().some(({ member }) => member === reference)) return reference
    return resolveNode(state, reference).member
  }

  /** Throws `INVALID_ARGUMENT`. */
  function endGiven({ forMs, until }: { forMs?: number | undefined; until?: string | undefined }) {
    if (forMs !== undefined && until !== undefined) {
      throw new PeerageError('INVALID_ARGUMENT', { reason: 'give forMs or until, not both' })
    }
    const now = clock.now()
    const end = until === undefined ? now + (forMs ?? LIMITS.banMsDefault) : Date.parse(until)
    if (end < now + LIMITS.banMsMin || end > now + LIMITS.banMsMax) {
      throw new PeerageError('INVALID_ARGUMENT', {
        reason: 'the end lies in the past, or further away than a year'
      })
    }
    return end
  }

  async function decide(member: string, event: Parameters<typeof ledger.apply>[1]) {
    const connected = nodesOf(member).filter(({ nodeId }) => overlay.peer(nodeId) !== undefined)
    ledger.apply(member, event)
    await components.rejudge()
    const gone = connected.filter(({ nodeId }) => overlay.peer(nodeId) === undefined)
    return { ...show(member), disconnected: gone.map(({ nodeId }) => nodeId) }
  }

  const reputationApi: NodeApi['reputation'] = {
    async list(params) {
      return pageOf(members(), params, show)
    },
    async show({ peer }) {
      const member = resolveMember(peer)
      const now = clock.now()
      const reputation = ledger.reputation(member)
      const { credit, faults, answers, firstAnswer, incidents, ban, braked } = reputation
      const parts = [credit, ...FAULTS.map((fault) => -faults[fault])].map(rounded)
      const [creditPart = 0, slight = 0, minor = 0, major = 0, fatal = 0] = parts
      return {
        ...show(member),
        since: formatTime(sinceOf(reputation, now)),
        parts: { credit: creditPart, slight, minor, major, fatal },
        answers,
        ...(firstAnswer === undefined ? {} : { knownSince: formatTime(firstAnswer) }),
        ...(ban === undefined ? {} : { bannedBy: ban.by }),
        exempt: room.isExempt(member),
        braked,
        incidents: incidents.map(({ code, times, first, last, nodeId }) => ({
          ...{ code, times, nodeId },
          first: formatTime(first),
          last: formatTime(last)
        })),
        opinions: room.opinions
          .about(member)
          .map(({ by, code }) => ({ by, ...(code === undefined ? {} : { code }) })),
        outlook: [...outlookOf(reputation, now)]
      }
    }
  }

  const decisions: PeerDecisions = {
    async ban({ peer, reason, ...end }) {
      const member = resolveMember(peer)
      if (nodesOf(member).length === 0 && member === state.node(overlay.nodeId)?.member) {
        throw new PeerageError('INVALID_ARGUMENT', { reason: 'this node cannot ban itself' })
      }
      return await decide(member, { type: 'ban', until: endGiven(end), reason })
    },
    async allow({ peer, reason, ...end }) {
      return await decide(resolveMember(peer), { type: 'allow', until: endGiven(end), reason })
    },
    async unban({ peer }) {
      return await decide(resolveMember(peer), { type: 'pardon' })
    }
  }
  return { reputation: reputationApi, decisions, resolveMember }
}

function endOf({ ban, allowance }: Reputation, now: UnixMillis): UnixMillis | undefined {
  if (allowance !== undefined && now < allowance.until) return allowance.until
  return ban !== undefined && now < ban.until ? ban.until : undefined
}

function sinceOf({ ban, allowance, earnedSince }: Reputation, now: UnixMillis): UnixMillis {
  if (allowance !== undefined && now < allowance.until) return allowance.since
  return ban !== undefined && now < ban.until ? ban.since : earnedSince
}

function rounded(points: number): number {
  // Never the zero with a sign, which JSON cannot tell.
  return Math.round(points * 10) / 10 + 0
}
