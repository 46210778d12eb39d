import { statSync } from 'node:fs'
import { ERRORS, type ErrorCode, PeerageError } from '../errors.ts'
import { judgeCertificate, type VerifiedCertificate } from '../identity/certificate.ts'
import { LIMITS } from '../limits.ts'
import type { FreshnessLimits } from '../overlay/freshness.ts'
import type { StoredAlarm } from '../storage/alarm-store.ts'
import type { Clock } from '../time/clock.ts'
import type { TrustState } from '../trust/state.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import { authorityKeyPaths } from './authority-keyring.ts'
import type { Home } from './home.ts'
import type { RefusedAttempt } from './last-refusal.ts'
import { judgeViewAge } from './view-age.ts'

/** Something that an operator should look at before it becomes an outage. */
export interface Attention {
  readonly code: ErrorCode
  readonly message: string
  readonly remedy: string
  /** The code of the refusal behind it. */
  readonly reason?: ErrorCode
}

export interface Situation {
  readonly log: Pick<TrustLog, 'checkpointAgeMs' | 'requireClock'> & {
    readonly state: Pick<TrustState, 'authorityKeys' | 'exclusionOf' | 'liveNodes'>
  }
  readonly clock: Pick<Clock, 'now'>
  /** How far the machine was set back while the node runs. */
  readonly clockBehindMs: number
  /** Of this node. */
  readonly certificate: VerifiedCertificate
  readonly connected: number
  readonly uptimeMs: number
  /** Key files that other users of the machine can read. */
  readonly exposedKeys: readonly string[]
  /** The authority key is in this home, and cannot sign. */
  readonly isAuthorityLocked: boolean
  readonly lastRefusal: RefusedAttempt | undefined
  /** Peers that have banned this node, whether it has others or not. */
  readonly bannedBy: readonly unknown[]
  /** How old the view of this node may be. */
  readonly maxAge: FreshnessLimits
  /** Those that are open. */
  readonly alarms: readonly Pick<StoredAlarm, 'code' | 'subject' | 'acknowledgedAt'>[]
}

/** What is wrong with this node or soon will be, the gravest first. */
export function judgeAttention(situation: Situation): readonly Attention[] {
  const standing = judgeStanding(situation)
  const clock = judgeClock(situation)
  const found = [
    standing,
    clock,
    ...situation.exposedKeys.map((path) => attention('KEY_FILE_PERMISSIONS', path)),
    // A node that nobody may admit has no peers, which needs no second line.
    standing === undefined ? judgePeers(situation) : undefined,
    judgeBans(situation),
    standing === undefined ? judgeEnd(situation) : undefined,
    situation.isAuthorityLocked ? attention('AUTHORITY_LOCKED') : undefined,
    judgeView(situation)
  ]
  const own = found.filter((item) => item !== undefined)
  const isSaid = new Set(own.map(({ code }) => code))
  return [...own, ...alarmed(situation).filter(({ code }) => !isSaid.has(code))]
}

/** One line for each code: a hundred subjects must not hide another alarm. */
function alarmed({ alarms }: Situation): readonly Attention[] {
  const subjects = new Map<ErrorCode, string[]>()
  for (const { code, subject, acknowledgedAt } of alarms) {
    if (acknowledgedAt !== undefined) continue
    subjects.set(code, [...(subjects.get(code) ?? []), subject])
  }
  return [...subjects].map(([code, about]) => {
    const [first = ''] = about
    return attention(code, about.length === 1 ? first : `${first} and ${about.length - 1} more`)
  })
}

const EXCLUSIONS: ReadonlySet<ErrorCode> = new Set(['CERTIFICATE_REVOKED', 'MEMBER_SUSPENDED'])

const FOLLOWS = {
  'no-admissions': 'nobody is admitted any more',
  'no-sessions': 'nobody is admitted any more, and open connections end'
} as const

function judgeView({ log, maxAge }: Situation): Attention | undefined {
  const ageMs = log.checkpointAgeMs()
  const age = judgeViewAge(ageMs, maxAge)
  if (age !== 'fresh') return attention('TRUST_STALE', `after ${days(ageMs)} ${FOLLOWS[age]}`)
  return ageMs > LIMITS.trustViewOldMs ? attention('TRUST_VIEW_OLD', days(ageMs)) : undefined
}

/** Whether this node would be refused: by its own log, by its clock, or as its peers say. */
function judgeStanding({ certificate, log, clock, lastRefusal }: Situation): Attention | undefined {
  const { authorityKeys } = log.state
  const judged = judgeCertificate(certificate, {
    now: clock.now(),
    authorityKeys,
    exclusionOf: (subject) => log.state.exclusionOf(subject)
  })
  if (!judged.ok) return attention(judged.fault)
  // A node that was cut off does not get the entry that revokes it: its peers are what it hears.
  const isTold = lastRefusal?.by === 'them' && EXCLUSIONS.has(lastRefusal.code)
  return isTold ? attention(lastRefusal.code, 'so say the peers') : undefined
}

function judgeClock({ log, clockBehindMs }: Situation): Attention | undefined {
  if (clockBehindMs > LIMITS.clockSkewMs) return attention('CLOCK_BACKWARD')
  try {
    log.requireClock()
    return undefined
  } catch (error) {
    if (!(error instanceof PeerageError)) throw error
    return attention(error.code)
  }
}

function judgePeers({ log, connected, uptimeMs, lastRefusal }: Situation): Attention | undefined {
  const hasOthers = log.state.liveNodes().length > 1
  if (connected > 0 || !hasOthers) return undefined
  if (lastRefusal === undefined) {
    // The first dials may still be under way.
    return uptimeMs < LIMITS.dialMs ? undefined : attention('NO_PEER_CONNECTED')
  }
  const { code, by } = lastRefusal
  const told = by === 'them' ? `a peer refused with ${code}` : `the last attempt ended in ${code}`
  const remedy = ERRORS[code].hint
  return { ...attention('NO_PEER_CONNECTED', told), remedy, reason: code }
}

function judgeBans({ bannedBy: { length } }: Situation): Attention | undefined {
  if (length === 0) return undefined
  return attention('BANNED_BY_PEERS', length === 1 ? 'one does' : `${length} do`)
}

/** Certificates are renewed when two thirds of their time have passed: later is late. */
function judgeEnd({
  certificate: { notBefore, notAfter },
  clock
}: Situation): Attention | undefined {
  const left = notAfter - clock.now()
  const isLate = left < (notAfter - notBefore) / 3
  return isLate || left < LIMITS.certificateWarningMs
    ? attention('CERTIFICATE_ENDS_SOON', `in ${days(left)}`)
    : undefined
}

/** Files of keys with a mode that lets others in; the next start would refuse them. */
export function exposedKeys(home: Home): readonly string[] {
  return [home.nodeKey, home.frontDeskKey, ...authorityKeyPaths(home)].filter((path) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0
    return (mode & 0o077) !== 0
  })
}

function attention(code: ErrorCode, more?: string): Attention {
  const { text, hint } = ERRORS[code]
  const message = more === undefined ? text : `${text.slice(0, -1)}: ${more}.`
  return { code, message, remedy: hint }
}

function days(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 86_400_000))
  if (whole > 0) return whole === 1 ? '1 day' : `${whole} days`
  const hours = Math.max(0, Math.floor(ms / 3_600_000))
  return hours === 1 ? '1 hour' : `${hours} hours`
}
