import { ERRORS } from '../errors.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { HeardOpinion } from './opinions.ts'
import { REPUTATION } from './parameters.ts'
import { FAULTS, WEIGHTS } from './penalties.ts'
import { banLeftMs, isOnProbation, type Reputation, scoreOf, standingOf } from './reputation.ts'
import { THRESHOLDS } from './standing.ts'

/**
 * Why a member stands where it stands, in one sentence. What others say of it, `said`, is a reason
 * only where this node has none of its own.
 */
export function reasonOf(
  reputation: Reputation,
  now: UnixMillis,
  said: readonly HeardOpinion[] = []
): string {
  const { ban, allowance, cause, braked } = reputation
  const standing = standingOf(reputation, now)
  if (allowance !== undefined && now < allowance.until) return words('allowed', allowance.reason)
  if (standing === 'banned' && ban?.by === 'operator') return words('banned', ban.reason)
  const code = standing === 'banned' ? ban?.code : cause
  if (code !== undefined) {
    const held = braked ? '; the brake keeps it from being isolated' : ''
    return `${code}: ${ERRORS[code].text.slice(0, -1)}${held}.`
  }
  const by = said.map((opinion) => opinion.by)
  if (by.length > 0) return `Later in the order of its rank by the opinion of ${by.join(', ')}.`
  if (standing === 'trusted') return 'It has answered truly for some time.'
  return isOnProbation(reputation, now)
    ? 'It is new here: on probation.'
    : 'Nothing speaks against it.'
}

/** What would change the standing, in sentences. */
export function outlookOf(reputation: Reputation, now: UnixMillis): readonly string[] {
  const standing = standingOf(reputation, now)
  const { allowance } = reputation
  if (allowance !== undefined && now < allowance.until) {
    return [`It stays until the allowance ends in ${lasting(allowance.until - now)}.`]
  }
  switch (standing) {
    case 'banned':
      return [
        `The ban ends by itself in ${lasting(banLeftMs(reputation, now) ?? 0)}.`,
        'A pardon of the operator ends it at once: peerage peer unban.'
      ]
    case 'quarantined':
    case 'restricted': {
      const ms = fadesTo(reputation, THRESHOLDS[standing], now)
      return [
        `Without new faults this ends in about ${lasting(ms)}; answers that are true shorten it.`
      ]
    }
    case 'trusted':
      return ['It stays trusted while it goes on answering, and loses that by new faults.']
    case 'neutral': {
      const more = Math.max(0, REPUTATION.probationAnswers - reputation.answers)
      const trust = isOnProbation(reputation, now)
        ? `Probation ends after ${more} more answers and ${lasting(REPUTATION.probationMs)} in all.`
        : 'More answers make it trusted.'
      return [trust, faultsLeft(reputation, now)]
    }
  }
}

function faultsLeft(reputation: Reputation, now: UnixMillis): string {
  const room = scoreOf(reputation, now) - THRESHOLDS.restricted.enter
  const counts = FAULTS.filter((fault) => fault === 'minor' || fault === 'major').map(
    (fault) => `${Math.max(1, Math.ceil(room / WEIGHTS[fault].points))} ${fault}`
  )
  return `About ${counts.join(' or ')} faults would restrict it.`
}

/** When the faults alone have faded enough and the standing has lasted its minimum. */
function fadesTo(
  reputation: Reputation,
  { leave, minMs }: { readonly leave: number; readonly minMs: number },
  now: UnixMillis
): number {
  const points = -scoreOf({ ...reputation, credit: 0 }, now)
  const fading = Math.max(0, Math.log2(points / -leave)) * REPUTATION.faultHalfLifeMs
  return Math.max(fading, reputation.earnedSince + minMs - now, 0)
}

function words(what: string, reason: string | undefined): string {
  return reason === undefined
    ? `The operator has ${what} it.`
    : `The operator has ${what} it: ${reason}`
}

/** A time in its largest unit, rounded up: `3 h`. */
function lasting(ms: number): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000]
  ] as const
  const [unit, size] = units.find(([, length]) => ms >= length) ?? (['s', 1000] as const)
  return `${Math.ceil(ms / size)} ${unit}`
}
