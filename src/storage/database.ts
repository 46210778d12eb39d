import { chmodSync, closeSync, openSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { MIGRATIONS } from './migrations.ts'
import type { Row, SqlValue } from './row.ts'
import { markChecksum } from './version-marks.ts'

/** Marks a file as ours ("PEER"), so that a foreign database is never migrated. */
const APPLICATION_ID = 0x50454552

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const SQLITE = {
  ERROR: 1,
  READONLY: 8,
  CORRUPT: 11,
  FULL: 13,
  CONSTRAINT: 19,
  MISUSE: 21,
  RANGE: 25,
  NOTADB: 26
}

export interface Statement {
  /** Returns the number of rows changed. */
  run(...values: readonly SqlValue[]): number
  get(...values: readonly SqlValue[]): Row | undefined
  all(...values: readonly SqlValue[]): readonly Row[]
  /** Rows one by one; a loop that is left early releases the statement. */
  iterate(...values: readonly SqlValue[]): IterableIterator<Row>
  /** Names of what it selects. */
  columns(): readonly string[]
}

/**
 * One SQLite file. Everything that fails throws `STORAGE_DAMAGED` (not a database, corrupt, or not
 * our schema), `STORAGE_FULL`, `HOME_UNWRITABLE` or `STORAGE_FAILED`; a violated constraint is a bug and stays a plain
 * error.
 */
export class Database {
  readonly #db: DatabaseSync
  #depth = 0
  #failed = false

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /** Compiles one constant statement; values are always bound, never put into `sql`. */
  prepare(sql: string): Statement {
    const statement = guard(() => this.#db.prepare(sql))
    return {
      run: (...values) => guard(() => Number(statement.run(...values).changes)),
      get: (...values) => guard(() => statement.get(...values) as Row | undefined),
      all: (...values) => guard(() => statement.all(...values) as Row[]),
      iterate: (...values) => iterate(statement, values),
      columns: () => statement.columns().map(({ name }) => name)
    }
  }

  exec(sql: string): void {
    guard(() => this.#db.exec(sql))
  }

  /**
   * A transaction that does not wait for the disk: what it wrote survives the end of this process at
   * once, and that of the machine from the next synced transaction or {@link sync} on.
   */
  unsynced<T>(run: () => T): T {
    if (this.#depth > 0) return this.#join(run)
    this.exec('PRAGMA synchronous = NORMAL')
    try {
      return this.transaction(run)
    } finally {
      this.exec('PRAGMA synchronous = FULL')
    }
  }

  /** All that was written before is on the disk when this returns. */
  sync(): void {
    this.exec('PRAGMA wal_checkpoint(PASSIVE)')
  }

  /**
   * Runs `run` atomically: synced to disk when this returns, and nothing of it stored when it
   * throws. A nested call joins the outer one, and its failure fails the outer one. `run` is
   * synchronous: an open transaction never waits for anything.
   */
  transaction<T>(run: () => T): T {
    if (this.#depth > 0) return this.#join(run)
    this.exec('BEGIN IMMEDIATE')
    this.#failed = false
    try {
      const result = this.#join(run)
      if (this.#failed) throw new Error('a failed inner transaction was ignored')
      this.exec('COMMIT')
      return result
    } catch (error) {
      // SQLite itself has rolled back after some failures, a full disk among them.
      if (this.isInTransaction) this.exec('ROLLBACK')
      throw error
    }
  }

  /**
   * Within a transaction: when `run` throws, what it wrote is undone, and the transaction goes on,
   * unless SQLite has given it up as a whole.
   */
  attempt<T>(run: () => T): T {
    if (this.#depth === 0) throw new TypeError('an attempt needs a transaction around it')
    const failed = this.#failed
    this.exec('SAVEPOINT attempt')
    try {
      const result = run()
      this.exec('RELEASE attempt')
      return result
    } catch (error) {
      if (this.isInTransaction) {
        this.exec('ROLLBACK TO attempt; RELEASE attempt')
        this.#failed = failed
      }
      throw error
    }
  }

  get isInTransaction(): boolean {
    return this.#db.isTransaction
  }

  close(): void {
    if (this.#db.isOpen) guard(() => this.#db.close())
  }

  #join<T>(run: () => T): T {
    this.#depth++
    try {
      const result = run()
      if (result instanceof Promise) throw new TypeError('a transaction cannot be asynchronous')
      return result
    } catch (error) {
      this.#failed = true
      throw error
    } finally {
      this.#depth--
    }
  }
}

/**
 * Opens or creates the database file (mode 0600), or `':memory:'`, and brings its schema up to
 * date. Write-ahead log with full sync: a committed transaction survives power loss.
 *
 * Throws `STORAGE_TOO_NEW` for a file of a newer version, which is left untouched, and the errors
 * of {@link Database}.
 */
export function openDatabase(path: string): Database {
  if (path !== ':memory:') restrictMode(path)
  const raw = guard(() => new DatabaseSync(path, { enableForeignKeyConstraints: true }))
  const db = new Database(raw)
  try {
    db.exec(`PRAGMA busy_timeout = ${LIMITS.storageBusyMs}`)
    // Before the first table, and only then: space that is free is given back (record-room.ts). Said
    // again to a file that has tables, it would write and sync at every start.
    if (requireKnownVersion(db) === 0) db.exec('PRAGMA auto_vacuum = INCREMENTAL')
    requireJournalMode(db, path === ':memory:' ? 'memory' : 'wal')
    db.exec('PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON')
    db.exec(`PRAGMA journal_size_limit = ${LIMITS.storageJournalBytesMax}`)
    raw.function('mark_checksum', { varargs: true, deterministic: true }, markChecksum)
    db.transaction(() => migrate(db))
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Opens a database of ours as it is, to take out of it what can be read. */
export function openDamaged(path: string): Database {
  const db = new Database(guard(() => new DatabaseSync(path, { defensive: false })))
  try {
    // With a writable schema SQLite also opens a file that is shorter than its header says.
    db.exec('PRAGMA trusted_schema = OFF; PRAGMA writable_schema = ON')
    requireKnownVersion(db)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Writes the database as it is at one moment into a new file (mode 0600), whoever writes to it
 * meanwhile. No migration: an older daemon may be the one that has it open.
 */
export function copyDatabase(path: string, copy: string): void {
  const db = new Database(guard(() => new DatabaseSync(path)))
  try {
    db.exec(`PRAGMA busy_timeout = ${LIMITS.storageBusyMs}`)
    requireKnownVersion(db)
    restrictMode(copy)
    db.prepare('VACUUM INTO ?').run(copy)
  } finally {
    db.close()
  }
}

/** SQLite gives its side files the mode of the main file, so this one call covers all three. */
function restrictMode(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code !== 'EEXIST') throw fileError(error.code, error)
    // An existing file is never opened here: closing it would drop the locks of SQLite (POSIX).
    guard(() => chmodSync(path, 0o600))
  }
}

function requireKnownVersion(db: Database): number {
  const version = pragma(db, 'user_version')
  const application = pragma(db, 'application_id')
  if (version === 0) {
    const objects = db.prepare('SELECT count(*) AS objects FROM sqlite_schema').get()
    if (objects?.['objects'] !== 0) throw new PeerageError('STORAGE_DAMAGED', { application })
  } else if (application !== APPLICATION_ID) {
    throw new PeerageError('STORAGE_DAMAGED', { application })
  } else if (version > MIGRATIONS.length) {
    throw new PeerageError('STORAGE_TOO_NEW', { version, supported: MIGRATIONS.length })
  }
  return version
}

function requireJournalMode(db: Database, mode: 'wal' | 'memory'): void {
  const row = db.prepare('PRAGMA journal_mode = WAL').get()
  if (row?.['journal_mode'] !== mode) throw new PeerageError('STORAGE_FAILED', { journal: mode })
}

/** Runs inside a transaction, which makes a second opener of a new file wait and find it done. */
function migrate(db: Database): void {
  const version = requireKnownVersion(db)
  if (version === MIGRATIONS.length) return
  for (const migration of MIGRATIONS.slice(version)) db.exec(migration)
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`)
  db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`)
}

function pragma(db: Database, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
}

function* iterate(statement: StatementSync, values: readonly SqlValue[]): Generator<Row> {
  const rows = guard(() => statement.iterate(...values))
  try {
    for (let next = guard(() => rows.next()); next.done !== true; next = guard(() => rows.next())) {
      yield next.value as Row
    }
  } finally {
    rows.return?.()
  }
}

function guard<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw storageError(error)
  }
}

function storageError(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error
  // Node refuses to read an integer above 2^53; no store writes one, so the row was changed.
  if (error.code === 'ERR_OUT_OF_RANGE') return new PeerageError('STORAGE_DAMAGED', {}, error)
  if (error.code !== 'ERR_SQLITE_ERROR') return fileError(error.code, error)
  const extended = 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : 0
  const sqlite = extended & 0xff
  if (sqlite === SQLITE.CONSTRAINT || sqlite === SQLITE.MISUSE || sqlite === SQLITE.RANGE) {
    return error
  }
  // Every statement is constant and tested against the schema: one that does not compile means
  // that the schema in the file is not the one of its version.
  const isDamage = [SQLITE.CORRUPT, SQLITE.NOTADB, SQLITE.ERROR].includes(sqlite)
  if (isDamage) return new PeerageError('STORAGE_DAMAGED', { sqlite: extended }, error)
  if (sqlite === SQLITE.READONLY) return new PeerageError('HOME_UNWRITABLE', {}, error)
  if (sqlite === SQLITE.FULL) return new PeerageError('STORAGE_FULL', {}, error)
  return new PeerageError('STORAGE_FAILED', { sqlite: extended }, error)
}

/** A fault of the file system, by its `code`; anything without one is a bug and stays as it is. */
function fileError(code: unknown, error: Error): Error {
  if (code === 'EROFS' || code === 'EACCES') return new PeerageError('HOME_UNWRITABLE', {}, error)
  if (code === 'ENOSPC' || code === 'EDQUOT') return new PeerageError('STORAGE_FULL', {}, error)
  if (!('syscall' in error)) return error
  return new PeerageError('STORAGE_FAILED', { reason: code }, error)
}
