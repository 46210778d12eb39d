import { sha256 } from '../crypto/digest.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { encodeCbor } from '../encoding/cbor.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { ErrorCode, Layer } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Clock, UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
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

export interface JournalExtent {
  readonly rows: number
  readonly oldest: number
  readonly newest: number
  /** Of the newest row. Kept elsewhere, it shows later that nothing up to it was changed. */
  readonly head: Uint8Array
}

/**
 * The local audit journal: each row is chained to the one before by a hash (SR-TRC-1). The newest
 * `LIMITS.journalRowsMax` rows are kept; a row carries the hash before it, so the chain can be
 * verified from whatever row is the oldest.
 */
export interface Journal {
  append(event: JournalEvent): void
  /** At most `limit` rows (bounded by `LIMITS.pageItemsMax`) older than `before`. */
  list(query: { readonly before?: number; readonly limit?: number }): JournalPage
  /**
   * Recomputes the whole chain, row by row. Fault: `STORAGE_DAMAGED` with the first `sequence`
   * that does not follow from the one before. Removed newest rows show only against a `head` that
   * was kept elsewhere.
   */
  verify(): Verdict<JournalExtent, 'STORAGE_DAMAGED'>
}

const START = new Uint8Array(32)

/** `rowsMax` is for tests. Throws `STORAGE_DAMAGED` when the newest row cannot be read. */
export function createJournal(
  db: Database,
  clock: Clock,
  rowsMax: number = LIMITS.journalRowsMax
): Journal {
  const insert = db.prepare('INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const trim = db.prepare('DELETE FROM journal WHERE sequence <= ?')
  const newest = db.prepare('SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1')
  const page = db.prepare('SELECT * FROM journal WHERE sequence < ? ORDER BY sequence DESC LIMIT ?')
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
        const hash = chain(previous, [sequence, ...fields, text])
        insert.run(sequence, ...fields, text, previous, hash)
        trim.run(sequence - rowsMax)
      })
    },

    list({ before = Number.MAX_SAFE_INTEGER, limit = LIMITS.pageItemsDefault }) {
      const count = Math.min(limit, LIMITS.pageItemsMax)
      const found = page.all(before, count + 1).map(parseRow)
      const rows = found.slice(0, count)
      return { rows, nextCursor: found.length > count ? rows.at(-1)?.sequence : undefined }
    },

    verify() {
      let oldest: number | undefined
      let sequence = 0
      let head: Uint8Array = START
      for (const row of all.iterate()) {
        const previous = readBytes(row, 'previous')
        // Rows are removed only from the old end, so the first row says what came before it.
        if (oldest === undefined) {
          oldest = readInteger(row, 'sequence')
          sequence = oldest - 1
          head = oldest === 1 ? START : previous
        }
        sequence++
        const hash = chain(previous, chained(row))
        const follows =
          readInteger(row, 'sequence') === sequence &&
          equalBytes(previous, head) &&
          equalBytes(readBytes(row, 'hash'), hash)
        if (!follows) return refuse('STORAGE_DAMAGED', { sequence })
        head = hash
      }
      if (oldest === undefined) return accept({ rows: 0, oldest: 0, newest: 0, head })
      return accept({ rows: sequence - oldest + 1, oldest, newest: sequence, head })
    }
  }
}

/** Older runtimes read text only up to a NUL: the row would no longer match its own hash. */
function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD')
}

function chain(previous: Uint8Array, fields: readonly (string | number | null)[]): Uint8Array {
  return sha256(previous, encodeCbor(fields))
}

/** The fields of a stored row in the order in which they were hashed. */
function chained(row: Row): (string | number | null)[] {
  return [
    readInteger(row, 'sequence'),
    readInteger(row, 'time'),
    readText(row, 'event'),
    optionalText(row, 'code') ?? null,
    optionalText(row, 'layer') ?? null,
    optionalText(row, 'node_id') ?? null,
    readText(row, 'detail')
  ]
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
