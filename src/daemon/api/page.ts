import { PeerageError } from '../../errors.ts'

export interface PageParams {
  readonly limit: number
  readonly cursor?: string | undefined
}

export interface Page<Item> {
  items: Item[]
  nextCursor: string | null
}

/**
 * One page of a list that only grows at its end: the cursor is the position of the next item.
 * Throws `INVALID_ARGUMENT` for a cursor that no page has given out.
 */
export function pageOf<Source, Item>(
  source: readonly Source[],
  { limit, cursor }: PageParams,
  show: (item: Source) => Item
): Page<Item> {
  const start = parseCursor(cursor)
  const end = start + limit
  return {
    items: source.slice(start, end).map(show),
    nextCursor: end < source.length ? String(end) : null
  }
}

export function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0
  if (!/^\d{1,15}$/.test(cursor)) throw new PeerageError('INVALID_ARGUMENT', { argument: 'cursor' })
  return Number(cursor)
}
