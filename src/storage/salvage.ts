import { linkSync, renameSync, rmSync } from 'node:fs'
import { equalBytes } from '../encoding/bytes.ts'
import { PeerageError, toPeerageError } from '../errors.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import { silentLogger } from '../log.ts'
import { openRecord, type VerifiedRecord } from '../records/record.ts'
import type { UnixMillis } from '../time/clock.ts'
import { createAlarmStore } from './alarm-store.ts'
import { isStructureWhole } from './at-rest.ts'
import { type Database, openDamaged, openDatabase } from './database.ts'
import { keepNewestChain } from './journal-salvage.ts'
import { createRecordStore } from './record-store.ts'
import { createReputationStore } from './reputation-store.ts'
import type { Row, SqlValue } from './row.ts'
import { orFailure } from './synced-file.ts'
import { restartTrustLog } from './trust-store.ts'
import { copyMarks, isWholeMark } from './version-marks.ts'

export interface Salvaged {
  /** Where the damaged file is kept. */
  readonly file: string
  /** Entries of the trust log that were there, and that were taken over. */
  readonly entriesKnown: number
  readonly entries: number
  readonly records: number
  /** Tables of which something is missing or was left out, as it cannot be verified. */
  readonly lost: readonly string[]
}

export interface SalvageInit {
  readonly now: UnixMillis
  /** A truncated log signs nothing: the authority would contradict what it has signed before. */
  readonly needsWholeLog: boolean
  /** The write-ahead log has lost its end, and what is in the file is what was before. */
  readonly isCut: boolean
  /** Reads the log of a database, verified as at every start; its network. Throws what is wrong. */
  readonly loadLog: (db: Database) => NetworkId
}

/** Rows that are taken as they are: each is signed, or is decoded strictly where it is read. */
const COPIED = [
  'settings',
  'certificates',
  'doubts',
  'proposals',
  'record_evidence',
  'break_glass'
] as const
const COPIED_IF_READABLE = ['alarms', 'reputations'] as const
/** Not verifiable, and made again by the operator or by the peers. */
const LEFT_OUT = ['tokens', 'invites', 'addresses', 'acks', 'record_receipts'] as const

/** Tables that are taken over one by one, see {@link takeOver}. */
const TAKEN = [
  'trust_entries',
  'trust_checkpoints',
  'journal',
  'records',
  'record_versions',
  'record_conflicts',
  'record_history'
] as const

/** What a salvage has decided about; a new table belongs into one of the lists. */
export const SALVAGED_TABLES: readonly string[] = [
  ...COPIED,
  ...COPIED_IF_READABLE,
  ...LEFT_OUT,
  ...TAKEN
]

/**
 * Makes a new database of what can be verified in a damaged one, which is set aside. The trust log
 * is taken over as a whole or, from genesis on, comes again from the peers. Versions are remembered
 * by their checksum, and of records that verify.
 *
 * Throws `STORAGE_DAMAGED`, the file being as it was, when there is no genesis, or the log has to be
 * whole and is not; and what the disk throws.
 */
export function salvage(path: string, init: SalvageInit): Salvaged {
  const draft = `${path}.draft`
  removeDatabase(draft)
  const from = openDamaged(path)
  let into: Database | undefined
  try {
    into = openDatabase(draft)
    const found = takeOver(from, into, init)
    into.close()
    from.close()
    const file = `${path}.damaged-${init.now}`
    orFailure(path, () => {
      linkSync(path, file)
      for (const side of ['-wal', '-shm', '.sum']) rmSync(`${path}${side}`, { force: true })
      renameSync(draft, path)
    })
    return { file, ...found }
  } catch (error) {
    into?.close()
    from.close()
    removeDatabase(draft)
    throw error
  }
}

function takeOver(from: Database, into: Database, init: SalvageInit): Omit<Salvaged, 'file'> {
  const lost = new Set<string>(LEFT_OUT)
  const note = (table: string, isWhole: boolean) => {
    if (!isWhole) lost.add(table)
  }
  const { network, entriesKnown, entries } = takeLog(from, into, init)
  note('trust_entries', entries === entriesKnown)
  for (const table of COPIED) note(table, copy(from, into, table))
  for (const table of COPIED_IF_READABLE) {
    note(table, copy(from, into, table) && isReadable(into, table))
  }
  note('journal', copy(from, into, 'journal') && keepNewestChain(into))
  note('record_versions', takeMarks(from, into) && !init.isCut)
  const records = takeRecords(from, into, { ...init, network }, note)
  return { entriesKnown, entries, records, lost: [...lost].sort() }
}

function takeLog(from: Database, into: Database, { loadLog, needsWholeLog }: SalvageInit) {
  copy(from, into, 'trust_entries')
  copy(from, into, 'trust_checkpoints')
  const count = () => Number(into.prepare('SELECT count(*) AS n FROM trust_entries').get()?.['n'])
  const highest = into.prepare('SELECT max(position) AS n FROM trust_entries').get()?.['n']
  const entriesKnown = Number(highest ?? -1) + 1
  try {
    return { network: loadLog(into), entriesKnown, entries: count() }
  } catch (error) {
    if (needsWholeLog || toPeerageError(error).code !== 'STORAGE_DAMAGED') throw error
    restartTrustLog(into)
    return { network: loadLog(into), entriesKnown, entries: count() }
  }
}

/**
 * False unless they are all there: rows that are whole do not show that none is missing, but where
 * the structure of their table is whole, too, they do.
 */
function takeMarks(from: Database, into: Database): boolean {
  const take = copyMarks(into)
  let isWhole = fromDamaged(() => isStructureWhole(from, 'record_versions')) ?? false
  const isRead = into.transaction(() =>
    readRows(from, 'record_versions', (row) => {
      if (isWholeMark(row)) take(row)
      else isWhole = false
    })
  )
  return isRead && isWhole
}

/** Each is opened and verified; what is beside it in the table is made again from it. */
function takeRecords(
  from: Database,
  into: Database,
  { network, now }: { readonly network: NetworkId; readonly now: UnixMillis },
  note: (table: string, isWhole: boolean) => void
): number {
  const store = createRecordStore(into, { network, logger: silentLogger })
  // Longer than any version lives that was signed before now.
  const forgetAt = now + LIMITS.kindLifetimeMaxMs + 2 * LIMITS.clockSkewMs
  let records = 0
  const each = (table: string, take: (record: VerifiedRecord) => void) => {
    let isWhole = true
    const isRead = readRows(from, table, (row) => {
      const { bytes, location } = row
      const opened = openRecord(bytes instanceof Uint8Array ? bytes : new Uint8Array(0), network)
      const isAtPlace = location instanceof Uint8Array && opened.ok
      isWhole &&= isAtPlace && equalBytes(opened.value.location, location)
      if (opened.ok) take(opened.value)
    })
    note(table, isRead && isWhole)
  }
  const conflict = into.prepare('INSERT OR IGNORE INTO record_conflicts VALUES (?, ?, ?, ?, ?, ?)')
  const older = into.prepare('INSERT OR IGNORE INTO record_history VALUES (?, ?, ?, ?, ?, ?)')
  into.transaction(() => {
    each('records', (record) => {
      if (store.load(record.location) !== undefined) return
      store.save(record, store.newest(record.location) === undefined ? forgetAt : now)
      records++
    })
    each('record_conflicts', ({ location, version, digest, owner, bytes }) => {
      conflict.run(location, version, digest, owner, bytes, forgetAt)
    })
    each('record_history', ({ location, version, owner, bytes, expiresAt }) => {
      older.run(location, version, owner, bytes.length, expiresAt, bytes)
    })
  })
  return records
}

/** Copies what can be read of a table; false when something is missing. */
function copy(from: Database, into: Database, table: string): boolean {
  const columns = into.prepare(`SELECT * FROM ${table} LIMIT 0`).columns()
  const marks = columns.map(() => '?').join(', ')
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${marks})`
  )
  let isWhole = true
  const isRead = into.transaction(() =>
    readRows(from, table, (row) => {
      try {
        insert.run(...columns.map((column): SqlValue => row[column] ?? null))
      } catch (error) {
        // A value of another type than the column has.
        if (error instanceof PeerageError) throw error
        isWhole = false
      }
    })
  )
  return isRead && isWhole
}

/** The tables without a row number, and what they are ordered by. */
const KEYS: Readonly<Record<string, string>> = {
  trust_checkpoints: 'slot',
  record_versions: 'location',
  settings: 'key',
  doubts: 'key',
  proposals: 'id',
  reputations: 'member',
  break_glass: 'node_id'
}

/**
 * Hands over the rows of a table as they lie there until one cannot be read, and then those from
 * the other end; false when that was necessary. Rows may come twice.
 */
function readRows(from: Database, table: string, take: (row: Row) => void): boolean {
  const key = KEYS[table] ?? 'rowid'
  const isWhole = readUntilDamage(from, `SELECT * FROM ${table} NOT INDEXED ORDER BY ${key}`, take)
  if (isWhole) return true
  readUntilDamage(from, `SELECT * FROM ${table} NOT INDEXED ORDER BY ${key} DESC`, take)
  return false
}

function readUntilDamage(from: Database, sql: string, take: (row: Row) => void): boolean {
  const rows = fromDamaged(() => from.prepare(sql).iterate())
  for (;;) {
    const next = rows === undefined ? undefined : fromDamaged(() => rows.next())
    if (next === undefined) return false
    if (next.done === true) return true
    take(next.value)
  }
}

/** Undefined where the damage is; what the new database says is never mistaken for it. */
function fromDamaged<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (toPeerageError(error).code === 'STORAGE_DAMAGED') return undefined
    throw error
  }
}

/** What a store cannot read would fail the node later: it goes as a whole. */
function isReadable(into: Database, table: (typeof COPIED_IF_READABLE)[number]): boolean {
  try {
    if (table === 'alarms') createAlarmStore(into).allOpen()
    else createReputationStore(into).load()
    return true
  } catch (error) {
    if (!(error instanceof PeerageError)) throw error
    into.exec(`DELETE FROM ${table}`)
    return false
  }
}

function removeDatabase(path: string): void {
  for (const side of ['', '-wal', '-shm']) rmSync(`${path}${side}`, { force: true })
}
