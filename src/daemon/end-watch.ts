import { authorityFingerprint, type VerifiedCertificate } from '../identity/certificate.ts'
import { LIMITS } from '../limits.ts'
import type { Clock, UnixMillis } from '../time/clock.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'
import type { TrustState } from '../trust/state.ts'
import type { AlarmBook } from './alarms.ts'

/** Something that ends, and what an operator is told about it in time. */
export interface Ending {
  readonly code: 'CERTIFICATE_ENDS_SOON' | 'AUTHORITY_KEY_ENDS_SOON'
  /** What it is, for people. */
  readonly name: string
  readonly begin: UnixMillis
  readonly end: UnixMillis
}

export interface EndWatchComponents {
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear' | 'open'>
  readonly clock: Pick<Clock, 'now'>
  readonly scheduler: Scheduler
  /** Looked at anew each time: certificates are renewed and keys are replaced. */
  readonly endings: () => readonly Ending[]
}

const DAY_MS = 86_400_000
const STAGES = [30, 7, 1]

/**
 * Raises an alarm 30 days, 7 days and 1 day before something ends, and clears them when it has been
 * replaced. A stage that is more than a third of the whole time is left out: that is no news.
 */
export function watchEnds(components: EndWatchComponents): CancelTimer {
  const { alarms, clock, scheduler, endings } = components

  function look(): void {
    const due = endings().flatMap((ending) => stagesOf(ending, clock.now()))
    for (const { code, subject } of due) alarms.raise({ code, subject })
    for (const { code, subject } of alarms.open()) {
      const isEnding = code === 'CERTIFICATE_ENDS_SOON' || code === 'AUTHORITY_KEY_ENDS_SOON'
      const isDue = due.some((each) => each.code === code && each.subject === subject)
      if (isEnding && !isDue) alarms.clear(code, subject)
    }
  }

  look()
  return scheduler.every(LIMITS.endLookMs, look)
}

function stagesOf({ code, name, begin, end }: Ending, now: UnixMillis) {
  return STAGES.filter((days) => {
    const isNews = days * DAY_MS <= (end - begin) / 3
    return isNews && end - now <= days * DAY_MS
  }).map((days) => ({ code, subject: `${name}, ${days === 1 ? '1 day' : `${days} days`}` }))
}

/** The certificate of this node and, where it holds one, the authority key in charge. */
export function ownEndings(
  { member, node, notBefore, notAfter }: VerifiedCertificate,
  { signingKey, signingKeySince: since }: Pick<TrustState, 'signingKey' | 'signingKeySince'>,
  isAuthority: boolean
): readonly Ending[] {
  const own: Ending = {
    ...{ code: 'CERTIFICATE_ENDS_SOON', name: `${member}/${node}` },
    ...{ begin: notBefore, end: notAfter }
  }
  if (!isAuthority || signingKey === undefined) return [own]
  const name = authorityFingerprint(signingKey)
  const end = since + LIMITS.authorityCertificateLifetimeMs
  return [own, { code: 'AUTHORITY_KEY_ENDS_SOON', name, begin: since, end }]
}
