import type { Context } from './context.ts'
import type { Input } from './input.ts'
import { LINES_MAX, type Paint, printable, type Report, table } from './output.ts'

export interface ListPage<Item> {
  readonly items: readonly Item[]
  readonly nextCursor: string | null
}

export interface ListForm<Item> {
  readonly heading: readonly string[]
  readonly row: (item: Item) => readonly string[]
  /** What `--quiet` prints of an item. */
  readonly id: (item: Item) => string
  /** What to say when there is nothing. */
  readonly empty: string
  readonly next?: string
}

/**
 * One page of a list as an aligned table that fits the lines of a person, unless `--limit` asked
 * for more; says how to get the rest.
 */
export function listReport<Item>(
  { context, input }: { readonly context: Context; readonly input: Input },
  page: ListPage<Item>,
  form: ListForm<Item>
): Report {
  const { items, nextCursor } = page
  const isCut = input.integer('limit') === undefined && items.length > LINES_MAX - HEADING_AND_NEXT
  const continues = nextCursor !== null && !isCut
  const next = continues ? `the same with --cursor ${nextCursor}` : form.next
  const { heading, row, empty } = form
  return {
    json: page,
    text: (paint) => {
      const rows = items.map((item) => row(item).map((cell) => printable(cell)))
      if (!isCut) return table(paint, heading, rows, empty)
      const all = `${context.program} ${input.spec.name} --json`
      const atLeast = nextCursor !== null
      return cutTable(paint, { heading, rows, empty, linesMax: LINES_MAX - 1, all, atLeast })
    },
    quiet: items.map(form.id),
    ...(next === undefined ? {} : { next })
  }
}

const HEADING_AND_NEXT = 2

export interface CutTable {
  readonly heading: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly empty: string
  /** Of the whole table, its heading included. */
  readonly linesMax: number
  /** The command that shows everything. */
  readonly all: string
  /** There are more than these rows. */
  readonly atLeast?: boolean
}

/** A table of which the last line says how many rows did not fit. */
export function cutTable(paint: Paint, init: CutTable): string[] {
  const { heading, rows, empty, linesMax, all, atLeast = false } = init
  if (rows.length + 1 <= linesMax) return table(paint, heading, rows, empty)
  const shown = rows.slice(0, linesMax - 2)
  const more = `${rows.length - shown.length}${atLeast ? ' or' : ''} more`
  return [...table(paint, heading, shown, empty), paint('dim', `… ${more} (${all})`)]
}
