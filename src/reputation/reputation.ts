import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { REPUTATION, SCORE_MIN } from './parameters.ts'
import { FAULTS, type Fault, faultOf, WEIGHTS } from './penalties.ts'
import {
  BAN_SCORE,
  depthOf,
  type EarnedStanding,
  isIsolated,
  type Standing,
  THRESHOLDS
} from './standing.ts'

/** How often one code was seen, and from which node last. */
export interface Incident {
  readonly code: ErrorCode
  readonly times: number
  readonly first: UnixMillis
  /** When it last counted. */
  readonly last: UnixMillis
  readonly nodeId: NodeId
}

export interface Ban {
  /** `evidence` is under the brake; proofs and the operator are not. */
  readonly by: 'evidence' | 'proof' | 'operator'
  readonly since: UnixMillis
  readonly until: UnixMillis
  readonly code: ErrorCode | undefined
  /** The operator's words. */
  readonly reason: string | undefined
}

/** The operator's word that a member stays, whatever the evidence. */
export interface Allowance {
  readonly since: UnixMillis
  readonly until: UnixMillis
  readonly reason: string | undefined
}

/**
 * What this node knows of the behavior of one member. It is about the member and not about a node,
 * so that a new key of the same member starts where the old one stood.
 */
export interface Reputation {
  readonly member: string
  /** Verified answers ever, and the time of the first. */
  readonly answers: number
  readonly firstAnswer: UnixMillis | undefined
  /** Points as they were at `at`. */
  readonly credit: number
  readonly faults: Readonly<Record<Fault, number>>
  readonly at: UnixMillis
  readonly earned: EarnedStanding
  readonly earnedSince: UnixMillis
  /** The code that led to the standing, where it is below neutral. */
  readonly cause: ErrorCode | undefined
  /** The brake held it above the standing that the evidence asks for. */
  readonly braked: boolean
  readonly ban: Ban | undefined
  readonly allowance: Allowance | undefined
  /** The latest codes, newest first; at most `LIMITS.incidentsPerMemberMax`. */
  readonly incidents: readonly Incident[]
  /** Digests of proofs that have had their effect: a proof bans once. */
  readonly proofs: readonly string[]
}

export type ReputationEvent =
  /** An answer to a question of this node, verified. */
  | { readonly type: 'answered' }
  /** Something that a peer caused, by its code. */
  | { readonly type: 'fault'; readonly code: ErrorCode; readonly nodeId: NodeId }
  /** Misbehavior that signed bytes prove to anybody; `proof` is their digest. */
  | {
      readonly type: 'proved'
      readonly code: ErrorCode
      readonly nodeId: NodeId
      readonly proof: string
    }
  | { readonly type: 'ban'; readonly until: UnixMillis; readonly reason: string | undefined }
  | { readonly type: 'allow'; readonly until: UnixMillis; readonly reason: string | undefined }
  /** Whatever led to a ban or a lower standing is forgotten, and so is an allowance. */
  | { readonly type: 'pardon' }

/** The worst standing that evidence without proof may lead to now; asked only where it matters. */
export type Floor = () => Standing

/** A member of which nothing is known: neutral, and on probation. */
export function unknownReputation(member: string, now: UnixMillis): Reputation {
  return {
    member,
    answers: 0,
    firstAnswer: undefined,
    credit: 0,
    faults: { slight: 0, minor: 0, major: 0, fatal: 0 },
    at: now,
    earned: 'neutral',
    earnedSince: now,
    cause: undefined,
    braked: false,
    ban: undefined,
    allowance: undefined,
    incidents: [],
    proofs: []
  }
}

/** From `SCORE_MIN` to `REPUTATION.creditMax`. */
export function scoreOf(reputation: Reputation, now: UnixMillis): number {
  const { credit, faults } = faded(reputation, now)
  return Math.max(SCORE_MIN, credit - pointsOf(faults))
}

/** May read and relay, but is not relied upon as the only holder of anything. */
export function isOnProbation({ answers, firstAnswer }: Reputation, now: UnixMillis): boolean {
  if (firstAnswer === undefined || answers < REPUTATION.probationAnswers) return true
  return now - firstAnswer < REPUTATION.probationMs
}

/** The standing that counts: the operator's word, a ban that runs, else what was earned. */
export function standingOf(reputation: Reputation, now: UnixMillis): Standing {
  const { allowance, ban, earned } = reputation
  if (runs(allowance, now)) return earned === 'trusted' ? 'trusted' : 'neutral'
  return runs(ban, now) ? 'banned' : earned
}

/** The time that a ban which counts still takes, or `undefined` where none does. */
export function banLeftMs(reputation: Reputation, now: UnixMillis): number | undefined {
  const { ban } = reputation
  if (ban === undefined || standingOf(reputation, now) !== 'banned') return undefined
  return ban.until - now
}

/** Isolated on evidence that proves nothing: what the brake counts. */
export function isIsolatedUnproved(reputation: Reputation, now: UnixMillis): boolean {
  if (!isIsolated(standingOf(reputation, now))) return false
  return !runs(reputation.ban, now) || reputation.ban?.by === 'evidence'
}

/** One event. Pure: the same reputation, event, time and floor give the same result. */
export function applyEvent(
  before: Reputation,
  event: ReputationEvent,
  now: UnixMillis,
  floor: Floor
): Reputation {
  const reputation = settle(before, now)
  switch (event.type) {
    case 'answered':
      return rise(answered(reputation, now), now)
    case 'fault':
      return faulted(reputation, event, now, floor)
    case 'proved':
      return proved(reputation, event, now, floor)
    case 'ban': {
      const { until, reason } = event
      const ban = { by: 'operator', since: now, until, code: undefined, reason } as const
      return { ...reputation, ban, allowance: undefined }
    }
    case 'allow': {
      const { until, reason } = event
      return { ...reputation, allowance: { since: now, until, reason } }
    }
    case 'pardon':
      return {
        ...unknownReputation(reputation.member, now),
        answers: reputation.answers,
        firstAnswer: reputation.firstAnswer,
        credit: reputation.credit,
        incidents: reputation.incidents,
        proofs: reputation.proofs
      }
  }
}

/** What time alone does: points fade, bans and allowances end, standings return to neutral. */
export function settle(before: Reputation, now: UnixMillis): Reputation {
  const { credit, faults } = faded(before, now)
  const reputation: Reputation = { ...before, credit, faults, at: now }
  const { ban, allowance } = reputation
  const allowed = { ...reputation, allowance: runs(allowance, now) ? allowance : undefined }
  if (ban === undefined || runs(ban, now)) return rise(allowed, now)
  // A ban ends in the quarantine that its evidence still asks for, which ends by itself in turn.
  const isStillBad = scoreOf(allowed, now) <= THRESHOLDS.quarantined.leave
  const earned = isStillBad ? 'quarantined' : allowed.earned
  return rise({ ...allowed, ban: undefined, earned, earnedSince: ban.until }, now)
}

/** What the brake makes of somebody whom it does not let be isolated. */
export function restrain(reputation: Reputation, now: UnixMillis): Reputation {
  return { ...reputation, ban: undefined, earned: 'restricted', earnedSince: now, braked: true }
}

function answered(reputation: Reputation, now: UnixMillis): Reputation {
  return {
    ...reputation,
    answers: reputation.answers + 1,
    firstAnswer: reputation.firstAnswer ?? now,
    credit: Math.min(REPUTATION.creditMax, reputation.credit + REPUTATION.answerPoints)
  }
}

function faulted(
  reputation: Reputation,
  { code, nodeId }: { readonly code: ErrorCode; readonly nodeId: NodeId },
  now: UnixMillis,
  floor: Floor
): Reputation {
  const fault = faultOf(code)
  if (fault === undefined) return reputation
  const { oncePerMs } = WEIGHTS[fault]
  const before = reputation.incidents.find((incident) => incident.code === code)
  const sinceLast = before === undefined ? oncePerMs : now - before.last
  const isCounted = sinceLast < 0 || sinceLast >= oncePerMs
  if (!isCounted) return reputation
  return sink(note(reputation, fault, { code, nodeId }, now), code, now, floor)
}

function proved(
  reputation: Reputation,
  event: Extract<ReputationEvent, { type: 'proved' }>,
  now: UnixMillis,
  floor: Floor
): Reputation {
  const { code, nodeId, proof } = event
  if (reputation.proofs.includes(proof)) return reputation
  const proofs = [proof, ...reputation.proofs].slice(0, LIMITS.proofsPerMemberMax)
  const fault = faultOf(code) ?? 'fatal'
  const noted = note({ ...reputation, proofs }, fault, { code, nodeId }, now)
  // What also happens to an honest node whose disk was lost counts, and bans nobody alone.
  if (fault !== 'fatal') return sink(noted, code, now, floor)
  const until = Math.max(now + REPUTATION.provedBanMs, reputation.ban?.until ?? 0)
  const ban = { by: 'proof', since: now, until, code, reason: undefined } as const
  return { ...noted, cause: code, ban }
}

/** Adds the points of a fault and remembers its code. */
function note(
  reputation: Reputation,
  fault: Fault,
  { code, nodeId }: { readonly code: ErrorCode; readonly nodeId: NodeId },
  now: UnixMillis
): Reputation {
  const { points, ceiling } = WEIGHTS[fault]
  const faults = {
    ...reputation.faults,
    [fault]: Math.min(ceiling, reputation.faults[fault] + points)
  }
  const before = reputation.incidents.find((incident) => incident.code === code)
  const { times, first } = before ?? { times: 0, first: now }
  const others = reputation.incidents.filter((incident) => incident.code !== code)
  const incidents = [{ code, nodeId, times: times + 1, first, last: now }, ...others]
  return { ...reputation, faults, incidents: incidents.slice(0, LIMITS.incidentsPerMemberMax) }
}

/** Lowers the standing to what the score asks for, as far as the floor lets it. */
function sink(reputation: Reputation, code: ErrorCode, now: UnixMillis, floor: Floor): Reputation {
  const asked = askedBy(scoreOf(reputation, now))
  const worst = isIsolated(asked) ? floor() : asked
  const isStopped = depthOf(asked) > depthOf(worst)
  const standing = isStopped ? worst : asked
  const braked = isStopped || reputation.braked
  if (standing === 'banned') {
    if (reputation.ban !== undefined) return reputation
    const until = now + REPUTATION.banMs
    const ban = { by: 'evidence', since: now, until, code, reason: undefined } as const
    return { ...reputation, earned: 'quarantined', earnedSince: now, cause: code, ban }
  }
  const isHeldAlready = depthOf(standing) <= depthOf(reputation.earned)
  if (isHeldAlready || standing === 'neutral') return { ...rise(reputation, now), braked }
  return { ...reputation, earned: standing, earnedSince: now, cause: code, braked }
}

function askedBy(score: number): Standing {
  if (score <= BAN_SCORE) return 'banned'
  if (score <= THRESHOLDS.quarantined.enter) return 'quarantined'
  return score <= THRESHOLDS.restricted.enter ? 'restricted' : 'neutral'
}

/** Moves the standing up to what the score allows; but for trust, which has to be kept up. */
function rise(reputation: Reputation, now: UnixMillis): Reputation {
  const earned = raised(reputation, now)
  if (earned === reputation.earned) return reputation
  const isFine = depthOf(earned) <= depthOf('neutral')
  return {
    ...reputation,
    earned,
    earnedSince: now,
    ...(isFine ? { cause: undefined, braked: false } : {})
  }
}

function raised(reputation: Reputation, now: UnixMillis): EarnedStanding {
  const { earned, earnedSince } = reputation
  const score = scoreOf(reputation, now)
  // A clock that was set back must not keep anybody down.
  const lasted = now < earnedSince ? Number.POSITIVE_INFINITY : now - earnedSince
  switch (earned) {
    case 'quarantined': {
      const { leave, minMs } = THRESHOLDS.quarantined
      if (score <= leave || lasted < minMs) return earned
      return score <= THRESHOLDS.restricted.leave ? 'restricted' : 'neutral'
    }
    case 'restricted': {
      const { leave, minMs } = THRESHOLDS.restricted
      return score <= leave || lasted < minMs ? earned : 'neutral'
    }
    case 'neutral':
      return score >= THRESHOLDS.trusted.enter && !isOnProbation(reputation, now)
        ? 'trusted'
        : earned
    case 'trusted':
      return score < THRESHOLDS.trusted.leave ? 'neutral' : earned
  }
}

function faded(
  { credit, faults, at }: Reputation,
  now: UnixMillis
): Pick<Reputation, 'credit' | 'faults'> {
  const ms = Math.max(0, now - at)
  if (ms === 0) return { credit, faults }
  const left = 2 ** (-ms / REPUTATION.faultHalfLifeMs)
  const { slight, minor, major, fatal } = faults
  return {
    credit: credit * 2 ** (-ms / REPUTATION.creditHalfLifeMs),
    faults: { slight: slight * left, minor: minor * left, major: major * left, fatal: fatal * left }
  }
}

function pointsOf(faults: Reputation['faults']): number {
  return FAULTS.reduce((sum, fault) => sum + faults[fault], 0)
}

function runs(period: { readonly until: UnixMillis } | undefined, now: UnixMillis): boolean {
  return period !== undefined && now < period.until
}
