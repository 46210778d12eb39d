import { LIMITS } from '../limits.ts'
import type { Clock, UnixMillis } from './clock.ts'

export interface SteadyClock extends Clock {
  /** Wall-clock time that never goes back. */
  now(): UnixMillis
  /** How far the clock of the machine is behind it. */
  behindMs(): number
}

/**
 * A clock of which nothing that has ended hears that it has not. It follows the clock of the machine,
 * but never back: small corrections make it wait, and where the machine is set back by more than
 * the tolerated skew, it goes on at its own pace from where it was.
 */
export function createSteadyClock(clock: Clock): SteadyClock {
  let last = clock.now()
  let seenAt = clock.monotonic()

  function now(): UnixMillis {
    const wall = clock.now()
    const at = clock.monotonic()
    const onward = last + (at - seenAt)
    const isSetBack = wall < onward - LIMITS.clockSkewMs
    last = isSetBack ? Math.floor(onward) : Math.max(last, wall)
    seenAt = at
    return last
  }

  return {
    now,
    monotonic: () => clock.monotonic(),
    behindMs: () => Math.max(0, now() - clock.now())
  }
}
