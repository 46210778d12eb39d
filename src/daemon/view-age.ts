import { LIMITS } from '../limits.ts'
import type { FreshnessLimits } from '../overlay/freshness.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import type { AlarmBook } from './alarms.ts'

/** What follows from the age of the view: nothing; nobody is admitted; open connections end, too. */
export type ViewAge = 'fresh' | 'no-admissions' | 'no-sessions'

export function judgeViewAge(ageMs: number, maxAge: FreshnessLimits): ViewAge {
  if (ageMs <= maxAge.admissionMs) return 'fresh'
  return ageMs <= maxAge.sessionMs ? 'no-admissions' : 'no-sessions'
}

export interface ViewAgeComponents {
  readonly log: Pick<TrustLog, 'checkpointAgeMs' | 'onAdvance'>
  readonly maxAge: FreshnessLimits
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear'>
  readonly scheduler: Scheduler
  /** Calls the listener when `maxAge` may have changed. */
  readonly onLimits: (listener: () => void) => CancelTimer
}

/** Raises an alarm when a limit is passed, and clears it when a fresh checkpoint comes. */
export function watchViewAge(components: ViewAgeComponents): CancelTimer {
  const { log, maxAge, alarms, scheduler, onLimits } = components
  let known: ViewAge | undefined
  const look = () => {
    const age = judgeViewAge(log.checkpointAgeMs(), maxAge)
    if (age === known) return
    known = age
    const apply = (subject: string, isOn: boolean) => {
      if (isOn) alarms.raise({ code: 'TRUST_STALE', subject })
      else alarms.clear('TRUST_STALE', subject)
    }
    apply('admissions', age !== 'fresh')
    apply('sessions', age === 'no-sessions')
  }
  look()
  const endings = [scheduler.every(LIMITS.heartbeatMs, look), log.onAdvance(look), onLimits(look)]
  return () => {
    for (const end of endings) end()
  }
}
