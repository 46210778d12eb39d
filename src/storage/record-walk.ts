import { equalBytes } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import { recordLocation } from '../records/location.ts'
import type { Database } from './database.ts'
import { type Row, readBytes, readInteger, readText, type SqlValue } from './row.ts'
import { isWholeMark } from './version-marks.ts'

/** What tells the rows of a table apart, where they may be too many to be checked at once. */
const KEYS = {
  records: 'rowid',
  record_history: 'rowid',
  record_conflicts: 'rowid',
  record_receipts: 'rowid',
  record_versions: 'location'
} as const
type Table = keyof typeof KEYS

/** Tables that a start after a crash leaves to the walk. */
export const WALKED: readonly string[] = Object.keys(KEYS)

/** Goes through the records of an open database, a slice at a time. */
export interface RecordWalk {
  /**
   * Checks the next `recordWalkRows` rows; false when there are none left. Throws `STORAGE_DAMAGED`
   * for an index that disagrees with its table, a mark that has not its checksum, and a record that
   * lies where it does not belong; and the errors of the disk.
   */
  next(): boolean
}

/**
 * What `PRAGMA integrity_check` does for these tables in one piece of seconds beyond what
 * `PRAGMA quick_check` does, which counts the rows of every index; and what neither knows: the
 * columns beside the signed bytes of a record, and the checksums of marks. The bytes themselves are
 * verified whenever they are read.
 */
export function createRecordWalk(db: Database, network: NetworkId): RecordWalk {
  const isAtHome = (row: Row): boolean => {
    const [owner, kind, name] = [
      readText(row, 'owner'),
      readText(row, 'kind'),
      readText(row, 'name')
    ]
    const location = recordLocation({ network, owner, kind, name })
    const isWhole = readInteger(row, 'size') === readInteger(row, 'length')
    return isWhole && equalBytes(location, readBytes(row, 'location'))
  }
  const content: Partial<Record<Table, (row: Row) => boolean>> = {
    records: isAtHome,
    record_versions: isWholeMark
  }
  const walks = (Object.keys(KEYS) as Table[]).map((table) => walkTable(db, table, content[table]))
  let current = walks.shift()

  return {
    next() {
      if (current === undefined) return false
      if (!current()) current = walks.shift()
      return current !== undefined
    }
  }
}

/** Returns what checks the next rows of one table, and says whether there may be more. */
function walkTable(
  db: Database,
  table: Table,
  isContentWhole: (row: Row) => boolean = () => true
): () => boolean {
  const key = KEYS[table]
  const columns = table === 'records' ? RECORD_COLUMNS : key === 'rowid' ? 'rowid' : '*'
  const slice = db.prepare(
    `SELECT ${columns} FROM ${table} NOT INDEXED WHERE ${key} > ?
     ORDER BY ${key} LIMIT ${LIMITS.recordWalkRows}`
  )
  const strays = indexesOf(db, table).map((index) => straysStatement(db, table, index))
  let after: SqlValue = key === 'rowid' ? 0 : new Uint8Array(0)

  return () => {
    const rows = slice.all(after)
    const last = rows.at(-1)?.[key]
    const isWhole =
      rows.every(isContentWhole) &&
      strays.every((stray) => last === undefined || stray.get(after, last)?.['n'] === 0)
    if (!isWhole) throw new PeerageError('STORAGE_DAMAGED', { part: table })
    if (last === undefined) return false
    after = last
    return true
  }
}

const RECORD_COLUMNS = 'rowid, location, owner, kind, name, size, length(bytes) AS length'

interface Index {
  readonly name: string
  readonly columns: readonly string[]
}

function indexesOf(db: Database, table: Table): readonly Index[] {
  const names = db
    .prepare(`SELECT name, origin FROM pragma_index_list('${table}')`)
    .all()
    // The primary key of a table without row numbers is the table itself.
    .filter((row) => KEYS[table] === 'rowid' || readText(row, 'origin') !== 'pk')
    .map((row) => readText(row, 'name'))
  return names.map((name) => ({
    name,
    columns: db
      .prepare(`SELECT name FROM pragma_index_info('${name}')`)
      .all()
      .map((row) => readText(row, 'name'))
  }))
}

/** Counts the rows of a slice that an index does not lead to. */
function straysStatement(db: Database, table: Table, { name, columns }: Index) {
  const key = KEYS[table]
  const isSame = [...columns, key].map((column) => `i.${column} = t.${column}`).join(' AND ')
  return db.prepare(
    `SELECT count(*) AS n FROM ${table} AS t NOT INDEXED
     WHERE t.${key} > ? AND t.${key} <= ? AND NOT EXISTS
       (SELECT 1 FROM ${table} AS i INDEXED BY ${name} WHERE ${isSame})`
  )
}
