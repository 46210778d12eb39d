import { printable, type Report, table } from './output.ts'

export interface ListForm<Item> {
  readonly heading: readonly string[]
  readonly row: (item: Item) => readonly string[]
  /** What `--quiet` prints of an item. */
  readonly id: (item: Item) => string
  /** What to say when there is nothing. */
  readonly empty: string
  readonly next?: string
}

/** One page of a list as an aligned table; says how to get the following page. */
export function listReport<Item>(
  page: { readonly items: readonly Item[]; readonly nextCursor: string | null },
  form: ListForm<Item>
): Report {
  const { items, nextCursor } = page
  const next = nextCursor === null ? form.next : `the same with --cursor ${nextCursor}`
  return {
    json: page,
    text: (paint) =>
      table(
        paint,
        form.heading,
        items.map((item) => form.row(item).map((cell) => printable(cell))),
        form.empty
      ),
    quiet: items.map(form.id),
    ...(next === undefined ? {} : { next })
  }
}
