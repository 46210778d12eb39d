import { accept, refuse, type Verdict } from './verdict.ts'

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const DURATION = /^(\d{1,12})(ms|s|m|h|d)$/

/**
 * Milliseconds of a duration as people write it: `500ms`, `90s`, `15m`, `1h`, `30d`. Zero, a
 * missing unit and what exceeds a safe integer are refused. Fault: `INVALID_ARGUMENT`.
 */
export function parseDuration(text: string): Verdict<number, 'INVALID_ARGUMENT'> {
  const [, amount, unit] = DURATION.exec(text) ?? []
  const ms = Number(amount) * (UNITS[unit as keyof typeof UNITS] ?? Number.NaN)
  return ms > 0 && Number.isSafeInteger(ms)
    ? accept(ms)
    : refuse('INVALID_ARGUMENT', { reason: 'write a duration like 90s, 15m, 1h or 30d' })
}

/** The two largest units, for people: `2 d 3 h`, `4 min 5 s`, `0.8 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.floor(ms / 1_000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's']
  ] as const
  const first = parts.findIndex(([amount]) => amount > 0)
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}
