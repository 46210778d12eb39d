import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import type { Opinion } from '../../reputation/opinion-list.ts'
import { type Reputation, standingOf } from '../../reputation/reputation.ts'
import { depthOf } from '../../reputation/standing.ts'
import { type Clock, formatTime } from '../../time/clock.ts'
import type { TrustState } from '../../trust/state.ts'
import type { OpinionRoom } from '../opinions.ts'
import type { ReputationRoom } from '../reputation.ts'
import { pageOf } from './page.ts'

export interface OpinionsApiComponents {
  readonly room: OpinionRoom
  readonly reputation: Pick<ReputationRoom, 'ledger' | 'opinions'>
  readonly state: Pick<TrustState, 'member'>
  /** The member of this node. */
  readonly own: string
  readonly clock: Clock
  /** A member by its name, or by one of its nodes. Throws `NODE_UNKNOWN`, `INVALID_ARGUMENT`. */
  readonly resolveMember: (reference: string) => string
}

export function createOpinionsApi(components: OpinionsApiComponents): NodeApi['opinions'] {
  const { room, reputation, state, own, clock, resolveMember } = components
  const { ledger, opinions } = reputation

  const opinionOf = ({ member, ban, cause }: Reputation): Opinion => ({
    member,
    code: ban?.code ?? cause
  })

  function belowNeutral(): readonly Opinion[] {
    const now = clock.now()
    const low = ledger.all().filter((known) => depthOf(standingOf(known, now)) > depthOf('neutral'))
    return low.map(opinionOf)
  }

  function named(references: readonly string[]): readonly Opinion[] {
    const members = new Set(references.map(resolveMember))
    return [...members].map((member) => opinionOf(ledger.reputation(member)))
  }

  const showOpinion = ({ member, code }: Opinion) => ({
    member,
    ...(code === undefined ? {} : { code })
  })

  const show = (member: string) => {
    const heard = opinions.listOf(member)
    const fault = room.faultOf(member)
    return {
      member,
      opinions: (heard?.opinions ?? []).map(showOpinion),
      counts: opinions.counts(member),
      ...(heard === undefined
        ? {}
        : { version: heard.version, expiresAt: formatTime(heard.expiresAt) }),
      ...(fault === undefined ? {} : { code: fault })
    }
  }

  return {
    async publish({ about, forMs }, { signal }) {
      const list = about === undefined ? belowNeutral() : named(about)
      const published = await room.publish(list, forMs, signal)
      return {
        opinions: published.opinions.map(showOpinion),
        version: published.version,
        expiresAt: formatTime(published.expiresAt),
        acknowledgedBy: published.acknowledgedBy.length
      }
    },
    async subscribe({ member }) {
      if (state.member(member) === undefined) throw new PeerageError('NODE_UNKNOWN', { member })
      if (member === own) {
        throw new PeerageError('INVALID_ARGUMENT', { reason: 'a member does not listen to itself' })
      }
      await room.subscribe(member)
      return show(member)
    },
    async unsubscribe({ member }) {
      return { member, unsubscribed: room.unsubscribe(member) }
    },
    async list(params) {
      return pageOf(room.subscriptions(), params, show)
    }
  }
}
