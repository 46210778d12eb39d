/**
 * Side-by-side measurement. A figure means little alone on a machine that others use too, so every
 * subject runs once per round, in a random order, and what is reported is the ratio of medians.
 *
 * A file of `scripts/bench/` that measures exports `bench`; `scripts/bench.ts` runs it in a process
 * of its own and prints what it returns:
 *
 * ```ts
 * export const bench: Bench = async ({ rounds }) => [
 *   await compare({
 *     title: 'echo over a socket',
 *     rounds,
 *     subjects: [
 *       { name: 'bare', run: async () => ({ 'calls per s': await callBare() }) },
 *       { name: 'rpc.ping', run: async () => ({ 'calls per s': await callPing() }) }
 *     ],
 *     goals: [{ subject: 'rpc.ping', figure: 'calls per s', to: 'bare', atLeast: 0.6 }]
 *   })
 * ]
 * ```
 */

export type Bench = (settings: BenchSettings) => Promise<readonly Comparison[]>

export interface BenchSettings {
  /** How many rounds to run, the discarded first one included. */
  readonly rounds: number
}

/** Figures of one round by name; the name says the unit, like `wall ms`. */
export type Sample = Readonly<Record<string, number>>

export interface Subject {
  readonly name: string
  /** Does the work once. What it checks itself (bytes, values) it asserts: a wrong run throws. */
  readonly run: () => Promise<Sample>
}

/** A bound on the median of a figure, or on its ratio to the median of the subject `to`. */
export interface Goal {
  readonly subject: string
  readonly figure: string
  readonly to?: string
  readonly atMost?: number
  readonly atLeast?: number
}

export interface CompareInit {
  readonly title: string
  readonly subjects: readonly Subject[]
  readonly goals: readonly Goal[]
  readonly rounds: number
  /** In [0, 1); decides the order of each round. */
  readonly random?: () => number
}

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export interface Row {
  readonly subject: string
  readonly figure: string
  readonly spread: Spread
}

export interface GoalRow extends Goal {
  /** The median, or with `to` the ratio of the medians. */
  readonly measured: number
  /** `spread`: the baseline varied so much that a ratio to it says nothing. */
  readonly verdict: 'met' | 'missed' | 'spread'
  readonly baselineSpread?: number
}

export interface Comparison {
  readonly title: string
  /** Rounds that were counted. */
  readonly rounds: number
  readonly rows: readonly Row[]
  readonly goals: readonly GoalRow[]
}

/** Five that count and one that warms up. */
export const ROUNDS_DEFAULT = 6
/** A baseline whose slowest round took so many times its fastest judges nobody. */
export const BASELINE_SPREAD_MAX = 1.6

/**
 * Runs every subject once per round, in random order, and leaves the first round out. Throws when a
 * subject throws, when a goal names a figure that nobody measured, or for less than two rounds.
 */
export async function compare(init: CompareInit): Promise<Comparison> {
  const { title, subjects, goals, rounds, random = Math.random } = init
  if (rounds < 2) throw new RangeError('the first round is discarded: two are the least')
  const samples = new Map<string, Sample[]>(subjects.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of shuffled(subjects, random)) {
      const sample = await run()
      if (round > 0) samples.get(name)?.push(sample)
    }
  }
  const rows = [...samples].flatMap(([subject, list]) => rowsOf(subject, list))
  return { title, rounds: rounds - 1, rows, goals: goals.map((goal) => judge(goal, rows)) }
}

/** The same for what is counted once, and has no spread. */
export function countOnce(
  title: string,
  samples: Readonly<Record<string, Sample>>,
  goals: readonly Goal[]
): Comparison {
  const rows = Object.entries(samples).flatMap(([subject, sample]) => rowsOf(subject, [sample]))
  return { title, rounds: 1, rows, goals: goals.map((goal) => judge(goal, rows)) }
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? Number.NaN
  const middle = (sorted.length - 1) / 2
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2
  return { median, min: at(0), max: at(sorted.length - 1) }
}

function rowsOf(subject: string, samples: readonly Sample[]): Row[] {
  return Object.keys(samples[0] ?? {}).map((figure) => {
    const values = samples.map((sample) => sample[figure] ?? Number.NaN)
    return { subject, figure, spread: spreadOf(values) }
  })
}

function judge(goal: Goal, rows: readonly Row[]): GoalRow {
  const { subject, figure, to, atMost, atLeast } = goal
  const { median } = requireRow(rows, subject, figure).spread
  if (to === undefined) {
    return { ...goal, measured: median, verdict: isMet(median, { atMost, atLeast }) }
  }
  const baseline = requireRow(rows, to, figure).spread
  const measured = median / baseline.median
  const baselineSpread = baseline.max / baseline.min
  const isJudged = baselineSpread <= BASELINE_SPREAD_MAX
  const verdict = isJudged ? isMet(measured, { atMost, atLeast }) : 'spread'
  return { ...goal, measured, verdict, baselineSpread }
}

function isMet(
  value: number,
  {
    atMost = Infinity,
    atLeast = -Infinity
  }: Partial<Record<'atMost' | 'atLeast', number | undefined>>
): 'met' | 'missed' {
  return value <= atMost && value >= atLeast ? 'met' : 'missed'
}

function requireRow(rows: readonly Row[], subject: string, figure: string): Row {
  const row = rows.find((each) => each.subject === subject && each.figure === figure)
  if (row === undefined) throw new Error(`nobody measured "${figure}" of "${subject}"`)
  return row
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item)
}

/** The comparison as text: what was measured, then each goal with what it is held against. */
export function renderComparison({ title, rounds, rows, goals }: Comparison): string {
  const measured = rows.map(({ subject, figure, spread }) => [
    subject,
    figure,
    `${round(spread.median)} [${round(spread.min)}..${round(spread.max)}]`
  ])
  const judged = goals.map((goal) => [
    goal.to === undefined ? goal.subject : `${goal.subject} / ${goal.to}`,
    goal.figure,
    `${round(goal.measured)}  goal ${goalText(goal)}`,
    verdictText(goal)
  ])
  return [`${title} (median [min..max] of ${rounds})`, ...aligned([...measured, ...judged])].join(
    '\n'
  )
}

function goalText({ atMost, atLeast }: Goal): string {
  return [atMost === undefined ? '' : `≤ ${atMost}`, atLeast === undefined ? '' : `≥ ${atLeast}`]
    .filter((text) => text !== '')
    .join(', ')
}

function verdictText({ verdict, baselineSpread }: GoalRow): string {
  if (verdict !== 'spread') return verdict
  return `not judged: baseline spread ${round(baselineSpread ?? Number.NaN)} > ${BASELINE_SPREAD_MAX}`
}

/** Three significant digits, without an exponent. */
function round(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)))
}

function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const cells of lines) {
    for (const [i, cell] of cells.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  }
  return lines.map((cells) =>
    `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd()
  )
}
