import { ERRORS, type ErrorCode, type Penalty } from '../errors.ts'

/** Penalties that lower the score. The others lower nothing, or only the preference of a node. */
export const FAULTS = ['slight', 'minor', 'major', 'fatal'] as const satisfies readonly Penalty[]
export type Fault = (typeof FAULTS)[number]

interface Weight {
  /** Points that one event takes. */
  readonly points: number
  /** What all events of this weight take together at most. */
  readonly ceiling: number
  /** Events with the same code count once in so many milliseconds; 0: each of them. */
  readonly oncePerMs: number
  readonly why: string
}

const TEN_SECONDS = 10_000

/**
 * What each word of the error table takes. Only what no honest node does, on whatever network and
 * with whatever view of the trust log, can ban: the lesser words end at their ceilings, which
 * together stay short of a ban. Each sentence about tolerance is a test.
 */
export const WEIGHTS: Readonly<Record<Fault, Weight>> = {
  slight: {
    points: 1,
    ceiling: 15,
    oncePerMs: TEN_SECONDS,
    why: 'an honest node does it while its view is old; any number of these restricts nobody'
  },
  minor: {
    points: 4,
    ceiling: 44,
    oncePerMs: TEN_SECONDS,
    why: 'a mistake of its program or operator; 5 of these restrict, 10 quarantine, none bans'
  },
  major: {
    points: 12,
    ceiling: 100,
    oncePerMs: 0,
    why: 'no honest node does it; 2 of these restrict, 4 quarantine, 5 ban'
  },
  fatal: {
    points: 100,
    ceiling: 100,
    oncePerMs: 0,
    why: 'proved by signed bytes that anybody can verify; one bans'
  }
}

/** The fault that a code is, if it is one. */
export function faultOf(code: ErrorCode): Fault | undefined {
  const { penalty } = ERRORS[code]
  return penalty === 'none' || penalty === 'absent' ? undefined : penalty
}

/** Whether the code says no more than that a node was not there. */
export function isAbsence(code: ErrorCode): boolean {
  return ERRORS[code].penalty === 'absent'
}
