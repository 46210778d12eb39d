import { sha256 } from '../crypto/digest.ts'
import { equalBytes, utf8 } from '../encoding/bytes.ts'
import type { Logger } from '../log.ts'
import type { VerifiedRecord } from '../records/record.ts'
import type { VersionMark } from '../records/supersede.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database, Statement } from './database.ts'
import { type Row, readBytes, readInteger, readText, type SqlValue } from './row.ts'

/** The highest version seen under each location, which outlives the record. */
export interface VersionMarks {
  /** Undefined, and logged, where the row was changed by anything but this. */
  newest(location: Uint8Array): VersionMark | undefined
  /** The mark never goes down, and the digest that came first under a version stays. */
  raise(record: VerifiedRecord, isStored: boolean, forgetAt: UnixMillis): void
  /** Names that an owner has here, and those of one kind, without one location. */
  count(at: Pick<VerifiedRecord, 'owner' | 'kind' | 'location'>): {
    readonly names: number
    readonly ofKind: number
  }
  forget(now: UnixMillis): void
}

const COLUMNS = [
  'location',
  'owner',
  'version',
  'digest',
  'is_stored',
  'forget_at',
  'kind'
] as const
const CHECKSUM_BYTES = 8

/**
 * Of the columns in their order; a mark is signed by nobody. Also called by the migration that gave
 * the table its checksums.
 */
export function markChecksum(...[location, ...others]: readonly (SqlValue | bigint)[]): Uint8Array {
  const place = location instanceof Uint8Array ? location : new Uint8Array(0)
  return sha256(place, utf8(JSON.stringify(others))).subarray(0, CHECKSUM_BYTES)
}

/** Whether a row is as it was written. */
export function isWholeMark(row: Row): boolean {
  const { checksum } = row
  const values = COLUMNS.map((column) => row[column] ?? null)
  return checksum instanceof Uint8Array && equalBytes(checksum, markChecksum(...values))
}

/** Puts a row as it is into the table of another database. */
export function copyMarks(into: Database): (row: Row) => void {
  const insert = into.prepare(UPSERT)
  return (row) => void insert.run(...COLUMNS.map((column) => row[column] ?? null), checksumOf(row))
}

const UPSERT = 'INSERT OR REPLACE INTO record_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)'

function checksumOf(row: Row): Uint8Array {
  return readBytes(row, 'checksum')
}

export function createVersionMarks(db: Database, logger: Logger): VersionMarks {
  const select = db.prepare('SELECT * FROM record_versions WHERE location = ?')
  const upsert = db.prepare(UPSERT)
  const counts = countStatement(db)
  const old = db.prepare('DELETE FROM record_versions WHERE forget_at <= ?')

  function whole(location: Uint8Array): Row | undefined {
    const row = select.get(location)
    if (row === undefined || isWholeMark(row)) return row
    logger.error('storage.mark-damaged')
    return undefined
  }

  return {
    newest(location) {
      const row = whole(location)
      if (row === undefined) return undefined
      return { version: readInteger(row, 'version'), digest: readText(row, 'digest') }
    },
    raise({ location, owner, kind, version, digest }, isStored, forgetAt) {
      const row = whole(location)
      const before = row === undefined ? 0 : readInteger(row, 'version')
      const wasStored = row !== undefined && readInteger(row, 'is_stored') === 1
      const values = [
        location,
        owner,
        Math.max(version, before),
        row === undefined || version > before ? digest : readText(row, 'digest'),
        isStored || wasStored ? 1 : 0,
        Math.max(forgetAt, row === undefined ? 0 : readInteger(row, 'forget_at')),
        kind
      ]
      upsert.run(...values, markChecksum(...values))
    },
    count({ kind, owner, location }) {
      const row = counts.get(kind, owner, location)
      if (row === undefined) return { names: 0, ofKind: 0 }
      return { names: readInteger(row, 'n'), ofKind: readInteger(row, 'of_kind') }
    },
    forget: (now) => void old.run(now)
  }
}

function countStatement(db: Database): Statement {
  return db.prepare(
    `SELECT count(*) AS n, count(*) FILTER (WHERE kind = ?) AS of_kind FROM record_versions
     WHERE owner = ? AND is_stored = 1 AND location <> ?`
  )
}
