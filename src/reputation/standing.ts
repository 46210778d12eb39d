/** What follows from a score, from the best to the worst. */
export const STANDINGS = ['trusted', 'neutral', 'restricted', 'quarantined', 'banned'] as const
export type Standing = (typeof STANDINGS)[number]
/** What evidence alone makes; a ban has a clock of its own. */
export type EarnedStanding = Exclude<Standing, 'banned'>

/** How far down a standing is: 0 for the best. */
export function depthOf(standing: Standing): number {
  return STANDINGS.indexOf(standing)
}

/** Quarantined or banned: nothing is asked of such a peer, and nothing counts that it says. */
export function isIsolated(standing: Standing): boolean {
  return depthOf(standing) >= depthOf('quarantined')
}

/**
 * The score at which each standing begins and at which it ends, apart so that nobody swings between
 * two of them, and how long it lasts at least.
 */
export const THRESHOLDS = {
  trusted: { enter: 5, leave: 1, minMs: 0 },
  restricted: { enter: -20, leave: -10, minMs: 10 * 60_000 },
  quarantined: { enter: -40, leave: -30, minMs: 60 * 60_000 }
} as const

/** A fault that takes the score down to this begins a ban. */
export const BAN_SCORE = -60

/** What a standing means for a peer. No other place knows what to do with one. */
export interface Consequences {
  /** May connect and be dialed. */
  readonly admits: boolean
  /** The part of the budgets for requests that it gets: one in so many. */
  readonly budgetDivisor: number
  /** The order in which the peering supervisor dials; `undefined`: not by itself. */
  readonly dialRank: number | undefined
  /** Fills a place in the degree that the supervisor keeps. */
  readonly countsAsPeer: boolean
  /** Is asked to hold, to repair and to route. */
  readonly isAsked: boolean
}

export const CONSEQUENCES: Readonly<Record<Standing, Consequences>> = {
  trusted: { admits: true, budgetDivisor: 1, dialRank: 0, countsAsPeer: true, isAsked: true },
  neutral: { admits: true, budgetDivisor: 1, dialRank: 1, countsAsPeer: true, isAsked: true },
  restricted: { admits: true, budgetDivisor: 4, dialRank: 3, countsAsPeer: false, isAsked: true },
  // It stays connected, so that it hears the trust log and can be heard again when it improves.
  quarantined: {
    admits: true,
    budgetDivisor: 16,
    dialRank: undefined,
    countsAsPeer: false,
    isAsked: false
  },
  banned: {
    admits: false,
    budgetDivisor: 16,
    dialRank: undefined,
    countsAsPeer: false,
    isAsked: false
  }
}

/** How a new member is dialed: after those who have shown something. */
export const PROBATION_DIAL_RANK = 2
