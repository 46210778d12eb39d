/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMillis = number

/** Time as an argument: cores never read the machine's clock themselves. */
export interface Clock {
  /** Wall-clock time; may jump in either direction. */
  now(): UnixMillis
  /** Milliseconds from an arbitrary origin; never goes back. For intervals only. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now()
}

/** RFC 3339 in UTC with milliseconds. */
export function formatTime(time: UnixMillis): string {
  return new Date(time).toISOString()
}
