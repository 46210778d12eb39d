import type { NodeId } from '../identity/node-id.ts'
import { CONSEQUENCES, type Consequences } from './standing.ts'

/** Whom a question is about: the member is told where the trust log may not know the node yet. */
export interface StandingSubject {
  readonly nodeId: NodeId
  readonly member?: string
}

/**
 * What the rest of the node asks about the standing of a peer. Nobody else compares a score, or
 * knows what a standing is good for.
 */
export interface StandingView {
  /** The time that the peer is still banned, or `undefined` where it may connect. */
  banLeftMs(subject: StandingSubject): number | undefined
  consequences(subject: StandingSubject): Consequences
  /**
   * The order in which this node chooses between peers: the smaller number first, `undefined` not
   * at all. Standing goes before probation, and that before recent absence and opinions.
   */
  preference(subject: StandingSubject): number | undefined
  /** May read and relay, but is not relied upon as the only holder of anything. */
  isOnProbation(subject: StandingSubject): boolean
}

/** For a node that keeps no reputations: everybody is as good as everybody else. */
export const NO_STANDINGS: StandingView = {
  banLeftMs: () => undefined,
  consequences: () => CONSEQUENCES.neutral,
  preference: () => CONSEQUENCES.neutral.dialRank,
  isOnProbation: () => false
}
