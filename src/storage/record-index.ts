import { sha256 } from '../crypto/digest.ts'
import { toHex } from '../encoding/bytes.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { type Row, readBytes, readInteger, readText } from './row.ts'

/** What is on disk here under one location, without its value. */
export interface HeldMark {
  readonly location: Uint8Array
  readonly owner: string
  readonly kind: string
  readonly name: string
  readonly version: number
  readonly digest: string
}

export interface MarkPage {
  readonly marks: readonly HeldMark[]
  /** Where the next page begins; undefined when nothing follows. */
  readonly next: Uint8Array | undefined
}

/** Records in the order of their locations, for comparing what holders have. */
export interface RecordIndex {
  /** Whether there is a record, readable or not. */
  has(location: Uint8Array): boolean
  /** From a location on, up to another one where one is given. */
  page(from: Uint8Array, to: Uint8Array | undefined, now: UnixMillis, limit: number): MarkPage
}

/**
 * A record counts as held only when its bytes have the digest that was remembered for them: a
 * damaged one is missing here, and the other holders bring it again. Their hash is cheaper than
 * their signature, which is checked when they leave.
 */
export function createRecordIndex(db: Database): RecordIndex {
  const select = db.prepare(
    `SELECT r.location, r.owner, r.kind, r.name, r.bytes, v.version, v.digest
     FROM records r JOIN record_versions v ON v.location = r.location
     WHERE r.location >= ?1 AND (?2 IS NULL OR r.location < ?2) AND r.expires_at > ?3
     ORDER BY r.location LIMIT ?4`
  )
  const one = db.prepare('SELECT 1 FROM records WHERE location = ?')
  return {
    has: (location) => one.get(location) !== undefined,
    page(from, to, now, limit) {
      const rows = select.all(from, to ?? null, now, limit + 1)
      const following = rows[limit]
      return {
        marks: rows.slice(0, limit).filter(isIntact).map(markOf),
        next: following === undefined ? undefined : readBytes(following, 'location')
      }
    }
  }
}

function isIntact(row: Row): boolean {
  return `sha256:${toHex(sha256(readBytes(row, 'bytes')))}` === readText(row, 'digest')
}

function markOf(row: Row): HeldMark {
  return {
    location: readBytes(row, 'location'),
    owner: readText(row, 'owner'),
    kind: readText(row, 'kind'),
    name: readText(row, 'name'),
    version: readInteger(row, 'version'),
    digest: readText(row, 'digest')
  }
}
