// The rules of the terminal
//
// 1. Results go to standard output, everything else (progress, failures without --json, logs) to
//    standard error. `--json` prints exactly one line with one object, also for a failure.
// 2. Text for people fits 12 lines, begins with what happened, and ends with the next command.
//    A longer list says how many more there are; `--quiet` prints the names or ids alone.
// 3. ✔ done · ✖ refused or failed · nothing else decorates. Color marks what a sign already says;
//    `--no-color`, NO_COLOR or a pipe removes it.
// 4. What a peer chose is printed with its control characters made visible: no text from the
//    network moves the cursor or rewrites the screen.
// 5. Secrets are printed once, where the command exists to print them, and nowhere else.
import { stripVTControlCharacters, styleText } from 'node:util'
import { printable } from '../encoding/visible.ts'
import type { OutputStream } from './environment.ts'

export { printable }

/** What a person is shown at most, the next command included. */
export const LINES_MAX = 12

type Tone = 'good' | 'bad' | 'dim' | 'strong'

const FORMATS = { good: 'green', bad: 'red', dim: 'dim', strong: 'bold' } as const

export type Paint = (tone: Tone, text: string) => string

export function createPaint(color: boolean): Paint {
  return (tone, text) => (color ? styleText(FORMATS[tone], text, { validateStream: false }) : text)
}

/** What a command has to say, in the three forms a caller can choose. */
export interface Report {
  /** The object of `--json`. */
  readonly json: unknown
  /** Lines for people. */
  readonly text: (paint: Paint) => readonly string[]
  /** Lines of `--quiet`: the essence, or nothing. */
  readonly quiet?: readonly string[]
  /** Last line for people: the command that usually follows. */
  readonly next?: string
  /** The same where it follows elsewhere, which is said: it has another home. */
  readonly nextElsewhere?: { readonly where: string; readonly command: string }
  /** Exit code other than 0, for a result that is a refusal, as a certificate found invalid. */
  readonly exit?: number
}

export interface OutputSettings {
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
}

/** Prints a report in the form chosen; the next command begins as the caller's own did, if it is here. */
export function printReport(
  report: Report,
  stream: OutputStream,
  settings: OutputSettings & { readonly program: string }
): void {
  if (settings.json) {
    stream.write(`${JSON.stringify(report.json)}\n`)
    return
  }
  const paint = createPaint(settings.color)
  const lines = settings.quiet ? (report.quiet ?? []) : [...report.text(paint), ...next(report)]
  if (lines.length > 0) stream.write(`${lines.join('\n')}\n`)

  function next({ next: command, nextElsewhere }: Report): string[] {
    if (nextElsewhere !== undefined) {
      return [paint('dim', `next, ${nextElsewhere.where}: ${nextElsewhere.command}`)]
    }
    if (command === undefined) return []
    return [paint('dim', `next: ${command.replace(/^peerage\b/, settings.program)}`)]
  }
}

/** `✔ what` with aligned facts below it; a fact without a value is left out. */
export function done(
  paint: Paint,
  what: string,
  facts: readonly (readonly [string, string | undefined])[] = []
): string[] {
  return [`${paint('good', '✔')} ${what}`, ...alignedFacts(facts)]
}

/** Aligned `name  value` lines; a fact without a value is left out. */
export function alignedFacts(facts: readonly (readonly [string, string | undefined])[]): string[] {
  const given = facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return alignedColumns(given).map((line) => `  ${line}`)
}

/** A table whose columns are as wide as their widest cell; for no rows, what to say instead. */
export function table(
  paint: Paint,
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  empty: string
): string[] {
  if (rows.length === 0) return [empty]
  const [first = '', ...rest] = alignedColumns([heading, ...rows])
  return [paint('dim', first), ...rest]
}

function alignedColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, width(cell))
    }
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd()
  )
}

function width(cell: string): number {
  return [...stripVTControlCharacters(cell)].length
}

/** `1 peer`, `2 peers`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`
}
