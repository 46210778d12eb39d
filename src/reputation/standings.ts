import type { NodeId } from '../identity/node-id.ts'
import type { Clock } from '../time/clock.ts'
import type { Absences } from './absences.ts'
import type { Ledger } from './ledger.ts'
import type { Opinions } from './opinions.ts'
import { REPUTATION } from './parameters.ts'
import { banLeftMs, isOnProbation } from './reputation.ts'
import { CONSEQUENCES, PROBATION_DIAL_RANK, type Standing } from './standing.ts'
import type { StandingSubject, StandingView } from './standing-view.ts'

export interface StandingsComponents {
  readonly ledger: Pick<Ledger, 'reputation' | 'standing'>
  readonly absences: Pick<Absences, 'pointsOf'>
  /** Default: nobody is listened to. */
  readonly opinions?: Pick<Opinions, 'pointsAgainst'>
  /** Whose node it is, as far as the trust log or its certificate says. */
  readonly memberOf: (nodeId: NodeId) => string | undefined
  readonly clock: Pick<Clock, 'now'>
}

export function createStandings(components: StandingsComponents): StandingView {
  const { ledger, absences, opinions, memberOf, clock } = components

  const memberOfSubject = ({ nodeId, member }: StandingSubject) => member ?? memberOf(nodeId)

  /** Nobody knows anything against a node without a member; admission decides about it. */
  function standing(subject: StandingSubject): Standing {
    const member = memberOfSubject(subject)
    return member === undefined ? 'neutral' : ledger.standing(member)
  }

  function isNew(subject: StandingSubject): boolean {
    const member = memberOfSubject(subject)
    return member === undefined || isOnProbation(ledger.reputation(member), clock.now())
  }

  return {
    banLeftMs(subject) {
      const member = memberOfSubject(subject)
      if (member === undefined) return undefined
      return banLeftMs(ledger.reputation(member), clock.now())
    },
    consequences: (subject) => CONSEQUENCES[standing(subject)],
    preference(subject) {
      const stands = standing(subject)
      const { dialRank } = CONSEQUENCES[stands]
      if (dialRank === undefined) return undefined
      const rank = stands === 'neutral' && isNew(subject) ? PROBATION_DIAL_RANK : dialRank
      const member = memberOfSubject(subject)
      const said = member === undefined ? 0 : (opinions?.pointsAgainst(member) ?? 0)
      return rank * REPUTATION.rankPoints + absences.pointsOf(subject.nodeId) + said
    },
    isOnProbation: isNew
  }
}
