import { withMarks } from './call-marks.ts'
import type { Input } from './input.ts'
import { count, done, printable, type Report } from './output.ts'
import { usageError } from './usage-error.ts'

/** Whom a decision of the operator is about, how long it lasts, and why. */
export function decisionParams(input: Input) {
  const forMs = input.duration('for')
  const until = input.text('until')
  if (forMs !== undefined && until !== undefined)
    throw usageError('give --for or --until, not both')
  return {
    peer: input.argument('peer'),
    ...(forMs === undefined ? {} : { forMs }),
    ...(until === undefined ? {} : { until: timeOf(until) }),
    ...withMarks(input)
  }
}

export interface Decided {
  readonly member: string
  readonly standing: string
  readonly reason: string
  readonly until?: string | undefined
  readonly nodes: number
  readonly disconnected: readonly string[]
}

export function decisionReport(what: string, decided: Decided): Report {
  const { member, standing, reason, until, nodes, disconnected } = decided
  return {
    json: decided,
    text: (paint) =>
      done(paint, `${member} is ${what}, with ${count(nodes, 'node')}`, [
        ['until', until],
        ['standing', `${standing}: ${printable(reason)}`],
        ['cut', disconnected.length === 0 ? undefined : count(disconnected.length, 'connection')]
      ]),
    quiet: [member],
    next: `peerage reputation show ${member}`
  }
}

function timeOf(text: string): string {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw usageError('--until takes a time like 2026-01-31T12:00:00Z')
  return new Date(time).toISOString()
}
