import type { Verdict } from '../encoding/verdict.ts'
import type { ErrorCode, Layer } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Clock, UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import {
  type ChainedRow,
  chainHash,
  type JournalExtent,
  START,
  verifyChain
} from './journal-chain.ts'
import { type Row, readBytes, readInteger, readText } from './row.ts'

/** JSON-safe facts; never secrets. */
export type JournalDetail = Readonly<Record<string, string | number | boolean>>

export interface JournalEvent {
  /** `area.happened` in the past tense. */
  readonly event: string
  /** Why, when something was refused or failed. */
  readonly code?: ErrorCode
  readonly layer?: Layer
  /** Whom it was about. */
  readonly nodeId?: string
  readonly detail?: JournalDetail
}

export interface JournalRow {
  /** From 1, without gaps. */
  readonly sequence: number
  readonly time: UnixMillis
  readonly event: string
  readonly code: string | undefined
  readonly layer: string | undefined
  readonly nodeId: string | undefined
  readonly detail: JournalDetail
  /** SHA-256 over the hash before it and the row. */
  readonly hash: Uint8Array
}

export interface JournalPage {
  /** Newest first. */
  readonly rows: readonly JournalRow[]
  /** Pass it as `before` for the next page; absent on the last one. */
  readonly nextCursor: number | undefined
}

/** What is looked for; what is left out does not matter. */
export interface JournalQuery {
  /** Only older rows than this sequence. */
  readonly before?: number | undefined
  /** At most so many rows, bounded by `LIMITS.pageItemsMax`. */
  readonly limit?: number | undefined
  /** Earliest and latest time. */
  readonly since?: UnixMillis | undefined
  readonly until?: UnixMillis | undefined
  /** An event, or the area before its dot. */
  readonly event?: string | undefined
  readonly code?: string | undefined
  readonly nodeId?: string | undefined
}

/**
 * The local audit journal: each row is chained to the one before by a hash (SR-TRC-1). The newest
 * `LIMITS.journalRowsMax` rows are kept; a row carries the hash before it, so the chain can be
 * verified from whatever row is the oldest.
 */
export interface Journal {
  append(event: JournalEvent): void
  list(query: JournalQuery): JournalPage
  /** At most `LIMITS.pageItemsMax` rows after `after`, oldest first, as they are chained. */
  chained(after: number): readonly ChainedRow[]
  /** Where the journal is now: kept elsewhere, it shows later what was taken from the end. */
  head(): JournalHead
  /**
   * Recomputes the whole chain, row by row. Fault: `STORAGE_DAMAGED` with the first `sequence`
   * that does not follow from the one before. Removed newest rows show only against a `head` that
   * was kept elsewhere.
   */
  verify(): Verdict<JournalExtent, 'STORAGE_DAMAGED'>
}

export interface JournalHead {
  /** Of the newest row; 0 when there is none. */
  readonly sequence: number
  readonly hash: Uint8Array
}

/** `rowsMax` is for tests. Throws `STORAGE_DAMAGED` when the newest row cannot be read. */
export function createJournal(
  db: Database,
  clock: Clock,
  rowsMax: number = LIMITS.journalRowsMax
): Journal {
  const insert = db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const trim = db.prepare('DELETE FROM journal WHERE sequence <= ?')
  const newest = db.prepare('SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1')
  const page = db.prepare(
    `SELECT * FROM journal WHERE sequence < ? AND time >= ? AND time <= ?
     AND (? IS NULL OR event = ? OR event LIKE ? || '.%')
     AND (? IS NULL OR code = ?) AND (? IS NULL OR node_id = ?)
     ORDER BY sequence DESC LIMIT ?`
  )
  const following = db.prepare('SELECT * FROM journal WHERE sequence > ? ORDER BY sequence LIMIT ?')
  const all = db.prepare('SELECT * FROM journal ORDER BY sequence')

  return {
    append({ event, code, layer, nodeId, detail = {} }) {
      const about = nodeId === undefined ? null : storable(nodeId)
      const fields = [clock.now(), storable(event), code ?? null, layer ?? null, about] as const
      const text = JSON.stringify(detail)
      db.transaction(() => {
        const last = newest.get()
        const previous = last === undefined ? START : readBytes(last, 'hash')
        const sequence = last === undefined ? 1 : readInteger(last, 'sequence') + 1
        const hash = chainHash(previous, [sequence, ...fields, text])
        insert.run(sequence, ...fields, text, previous, hash)
        trim.run(sequence - rowsMax)
      })
    },

    list({ before = Number.MAX_SAFE_INTEGER, limit = LIMITS.pageItemsDefault, ...wanted }) {
      const count = Math.min(limit, LIMITS.pageItemsMax)
      const { since = 0, until = Number.MAX_SAFE_INTEGER } = wanted
      const { event = null, code = null, nodeId = null } = wanted
      const found = page
        .all(before, since, until, event, event, event, code, code, nodeId, nodeId, count + 1)
        .map(parseRow)
      const rows = found.slice(0, count)
      return { rows, nextCursor: found.length > count ? rows.at(-1)?.sequence : undefined }
    },

    chained: (after) => following.all(after, LIMITS.pageItemsMax).map(readChained),

    head() {
      const row = newest.get()
      if (row === undefined) return { sequence: 0, hash: START }
      return { sequence: readInteger(row, 'sequence'), hash: readBytes(row, 'hash') }
    },

    verify: () => verifyChain(readAll(all.iterate()))
  }
}

function* readAll(rows: Iterable<Row>): Generator<ChainedRow> {
  for (const row of rows) yield readChained(row)
}

export function readChained(row: Row): ChainedRow {
  return {
    sequence: readInteger(row, 'sequence'),
    time: readInteger(row, 'time'),
    event: readText(row, 'event'),
    code: optionalText(row, 'code') ?? null,
    layer: optionalText(row, 'layer') ?? null,
    nodeId: optionalText(row, 'node_id') ?? null,
    detail: readText(row, 'detail'),
    previous: readBytes(row, 'previous'),
    hash: readBytes(row, 'hash')
  }
}

/** Older runtimes read text only up to a NUL: the row would no longer match its own hash. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD')
}

function parseRow(row: Row): JournalRow {
  return {
    sequence: readInteger(row, 'sequence'),
    time: readInteger(row, 'time'),
    event: readText(row, 'event'),
    code: optionalText(row, 'code'),
    layer: optionalText(row, 'layer'),
    nodeId: optionalText(row, 'node_id'),
    detail: parseDetail(readText(row, 'detail')),
    hash: readBytes(row, 'hash')
  }
}

function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : readText(row, column)
}

/** A detail that is no longer JSON is shown as it is: a damaged row must stay readable. */
function parseDetail(text: string): JournalDetail {
  try {
    const detail: unknown = JSON.parse(text)
    if (typeof detail === 'object' && detail !== null) return detail as JournalDetail
  } catch {
    // Not JSON: shown as text below, and `verify` names the row.
  }
  return { text }
}
