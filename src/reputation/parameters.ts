const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The score is never lower; never higher than the credit that can be had. */
export const SCORE_MIN = -100

/**
 * Every number of the score but the weights of the penalties, with its reason. The relations
 * between them that matter are tests (test/property/reputation.test.ts).
 */
export const REPUTATION = {
  /** What one verified answer gives, and what all of them together can. */
  answerPoints: 1,
  creditMax: 20,
  /** Credit has to be earned all the time: banked credit would pay for an attack. */
  creditHalfLifeMs: 10 * MINUTE,
  /** Bad evidence fades slowly: who alternates between good and bad lives on the bad. */
  faultHalfLifeMs: 24 * HOUR,
  /** Not being there fades with the outage that caused it. */
  absenceHalfLifeMs: 10 * MINUTE,
  absenceMax: 16,
  /** One opinion of others, and all of them: together less than not being there. */
  opinionPoints: 5,
  opinionMax: 15,
  /** One rank of dialing is more than all that only orders. */
  rankPoints: 100,

  /** A member is new until it has given so many answers over so long a time. */
  probationAnswers: 20,
  probationMs: 1 * HOUR,

  /** A ban ends by its own clock, whatever the score is then. */
  banMs: 12 * HOUR,
  /** Long enough for the authority to see the proof and to revoke. */
  provedBanMs: 7 * DAY,

  /** Of the other members, at most one in so many is isolated on evidence that proves nothing. */
  brakeShare: 3
} as const
