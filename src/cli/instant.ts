import { parseDuration } from '../encoding/duration.ts'
import { formatTime } from '../time/clock.ts'
import { usageError } from './usage-error.ts'

/** A time as people write it: RFC 3339, a date, or how long ago, like `2h`. */
export function parseInstant(option: string, text: string, now: number): string {
  const ago = parseDuration(text)
  if (ago.ok) return formatTime(now - ago.value)
  const time = Date.parse(text)
  if (Number.isNaN(time)) {
    throw usageError(`${option} takes a time like 2026-01-31T12:00:00Z, or how long ago, like 2h`)
  }
  return formatTime(time)
}
