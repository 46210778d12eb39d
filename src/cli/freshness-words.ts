import { formatDuration } from '../encoding/duration.ts'

interface Freshness {
  readonly state: 'fresh' | 'no-admissions' | 'no-sessions'
  readonly admissionMaxAgeMs: number
  readonly sessionMaxAgeMs: number
}

/** What follows from the age of the view, now or later. */
export function freshnessWords(freshness: Freshness): string {
  const admission = formatDuration(freshness.admissionMaxAgeMs)
  const session = formatDuration(freshness.sessionMaxAgeMs)
  switch (freshness.state) {
    case 'fresh':
      return `no admissions after ${admission}, no sessions after ${session}`
    case 'no-admissions':
      return `nobody is admitted (limit ${admission}), sessions end after ${session}`
    case 'no-sessions':
      return `nobody is admitted, sessions end (limit ${session})`
  }
}
