import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { SettingsStore } from '../storage/settings-store.ts'
import type { Clock } from '../time/clock.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'

type Settings = Pick<SettingsStore, 'get' | 'set'>

/**
 * Refuses to start by a clock that is behind what this node has seen before: whatever ended meanwhile
 * would be good again, and nobody who signs may be there to say what time it is. With `isAccepted` the
 * earlier time was the wrong one. Throws `CLOCK_BACKWARD`.
 */
export function requireForward(settings: Settings, clock: Clock, isAccepted = false): void {
  const seenAt = seenBefore(settings)
  const now = clock.now()
  if (!isAccepted && now + LIMITS.clockSkewMs < seenAt) {
    const suggestion =
      'Set the clock of this machine. Where it was wrong before and is right now: start once with --accept-clock.'
    throw new PeerageError('CLOCK_BACKWARD', { now, seenAt, suggestion })
  }
}

/**
 * Writes down every minute what time it is, and once more at the end. At the start only a time that
 * was wrong is replaced: a write is a sync to disk, and nobody is served before it.
 */
export function rememberTime(settings: Settings, clock: Clock, scheduler: Scheduler): CancelTimer {
  const write = () => settings.set('newest-time', String(clock.now()))
  const cancel = scheduler.every(LIMITS.resignMs, write)
  if (seenBefore(settings) > clock.now()) write()
  return () => {
    cancel()
    write()
  }
}

function seenBefore(settings: Settings): number {
  return Number(settings.get('newest-time') ?? 0)
}
