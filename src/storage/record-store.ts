import { equalBytes } from '../encoding/bytes.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { OwnerUsage } from '../records/admit.ts'
import { openRecord, type VerifiedRecord } from '../records/record.ts'
import type { VersionMark } from '../records/supersede.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { createGroupCommit, type GroupCommit } from './group-commit.ts'
import { createRecordRoom, type RecordRoom, type RecordRoomInit } from './record-room.ts'
import { type Row, readBytes, readInteger, readText } from './row.ts'
import { createVersionMarks } from './version-marks.ts'

/** Where a list goes on: after this record in the order of owner, kind, name. */
export interface RecordPlace {
  readonly owner: string
  readonly kind: string
  readonly name: string
}

export interface RecordQuery {
  readonly owner?: string | undefined
  readonly kind?: string | undefined
  readonly after?: RecordPlace | undefined
  readonly limit: number
}

export interface RecordPage {
  readonly records: readonly VerifiedRecord[]
  /** The place of the last row looked at; undefined when nothing follows. */
  readonly next: RecordPlace | undefined
}

/** What stays of the versions before: `versions` of them, the one that is replaced included. */
export interface Kept {
  readonly replaced: VerifiedRecord | undefined
  readonly versions: number
}

/** Entries of one dictionary, after this owner. */
export interface EntryQuery {
  readonly kind: string
  readonly name: string
  readonly after: string
  readonly limit: number
  readonly bytesMax: number
}

export interface EntryPage {
  readonly records: readonly VerifiedRecord[]
  /** The owner of the last row looked at; undefined when nothing follows. */
  readonly next: string | undefined
}

/**
 * The records of this node. It keeps what it is told to keep: whether a record may be here and may
 * replace another is decided before. What it returns was opened and verified again from the bytes
 * on disk; a damaged row is logged and treated as absent, while its version stays remembered.
 */
export interface RecordStore {
  /** Writes of one turn share one sync; on disk when it resolves. */
  readonly inGroup: GroupCommit
  readonly room: RecordRoom
  load(location: Uint8Array): VerifiedRecord | undefined
  /**
   * The highest version ever seen here, stored or only read, until it is forgotten; undefined also
   * where that memory is damaged.
   */
  newest(location: Uint8Array): VersionMark | undefined
  /** On disk when it returns, or when the group around it is. Replaces the record of this location and raises its mark. */
  save(record: VerifiedRecord, forgetAt: UnixMillis, history?: Kept): void
  /** Versions that were replaced and have been kept, newest first. */
  history(location: Uint8Array): readonly VerifiedRecord[]
  /**
   * Raises the mark of a record that was read and is not kept. It survives the end of the process,
   * and that of the machine once {@link sync} was called: a reader does not wait for the disk.
   */
  remember(record: VerifiedRecord, forgetAt: UnixMillis): void
  sync(): void
  /** Keeps both sides as evidence; false when there is enough evidence of this owner already. */
  keepConflict(pair: readonly [VerifiedRecord, VerifiedRecord], forgetAt: UnixMillis): boolean
  conflicts(location: Uint8Array, version: number): readonly VerifiedRecord[]
  /** What an owner occupies, remembered names included, without the record given. */
  usage(record: Pick<VerifiedRecord, 'owner' | 'kind' | 'location'>): OwnerUsage
  list(query: RecordQuery): RecordPage
  /** The entries of a dictionary in the order of their owners, as many as the bounds allow. */
  entries(query: EntryQuery): EntryPage
  /** Deletes what has expired or may be forgotten; returns the number of records deleted. */
  collectExpired(now: UnixMillis): number
}

export interface RecordStoreInit {
  readonly network: NetworkId
  readonly logger: Logger
  /** What records may occupy; without it as much as the disk has. */
  readonly room?: RecordRoomInit
}

/** Two contents prove that an owner signed twice under one version; a third proves nothing more. */
const RIVALS = 2

/** Throws what {@link Database} throws, `STORAGE_FULL` and `STORAGE_FAILED` among it. */
export function createRecordStore(db: Database, init: RecordStoreInit): RecordStore {
  const records = recordStatements(db)
  const marks = createVersionMarks(db, init.logger)
  const conflicts = conflictStatements(db)
  const older = historyStatements(db)

  function open(row: Row, location: Uint8Array): VerifiedRecord | undefined {
    const opened = openRecord(readBytes(row, 'bytes'), init.network)
    if (opened.ok && equalBytes(opened.value.location, location)) return opened.value
    const code = opened.ok ? 'RECORD_MALFORMED' : opened.fault
    init.logger.error('storage.record-damaged', { code })
    return undefined
  }

  const room = createRecordRoom(db, init.room)

  return {
    inGroup: createGroupCommit(db),
    room,
    load(location) {
      const row = records.select.get(location)
      return row === undefined ? undefined : open(row, location)
    },
    newest: marks.newest,
    save(record, forgetAt, { replaced, versions: kept } = NONE_KEPT) {
      db.transaction(() => {
        if (replaced !== undefined && kept > 0) {
          const { location, version, owner, expiresAt, bytes } = replaced
          older.insert.run(location, version, owner, bytes.length, expiresAt, bytes)
        }
        older.trim.run(record.location, record.location, kept)
        const { location, owner, kind, name, bytes, expiresAt } = record
        records.upsert.run(location, owner, kind, name, bytes.length, expiresAt, bytes)
        marks.raise(record, true, forgetAt)
      })
    },
    history(location) {
      return older.select
        .all(location)
        .map((row) => open(row, location))
        .filter((record) => record !== undefined)
    },
    remember(record, forgetAt) {
      db.unsynced(() => marks.raise(record, false, forgetAt))
    },
    sync: () => db.sync(),
    keepConflict(pair, forgetAt) {
      return db.transaction(() => {
        const { location, version, owner } = pair[0]
        const kept = count(conflicts.countAt.get(location, version))
        if (kept >= RIVALS) return true
        const ofOwner = count(conflicts.countOf.get(owner))
        if (ofOwner + RIVALS > LIMITS.recordConflictsPerOwnerMax) return false
        for (const { digest, bytes } of pair) {
          conflicts.insert.run(location, version, digest, owner, bytes, forgetAt)
        }
        return true
      })
    },
    conflicts(location, version) {
      return conflicts.select
        .all(location, version)
        .map((row) => open(row, location))
        .filter((record) => record !== undefined)
    },
    usage(record) {
      const { owner, location } = record
      const { names, ofKind } = marks.count(record)
      const bytes = bytesOf(records.size.get(owner, location)) + bytesOf(older.size.get(owner))
      return { records: names, bytes, ofKind }
    },
    list(query) {
      const after = query.after ?? { owner: query.owner ?? '', kind: '', name: '' }
      const filter = [query.owner ?? null, query.kind ?? null] as const
      // One row more than asked for tells whether anything follows.
      const values = [after.owner, after.kind, after.name, ...filter, query.limit + 1] as const
      const rows = records.page.all(...values)
      const page = rows.slice(0, query.limit)
      const last = page.at(-1)
      return {
        records: page
          .map((row) => open(row, readBytes(row, 'location')))
          .filter((record) => record !== undefined),
        next: rows.length > page.length && last !== undefined ? place(last) : undefined
      }
    },
    entries({ kind, name, after, limit, bytesMax }) {
      const rows = records.entries.all(kind, name, after, limit + 1)
      let bytes = 0
      const page = rows.slice(0, limit).filter((row, i) => {
        bytes += readInteger(row, 'size')
        return i === 0 || bytes <= bytesMax
      })
      const last = page.at(-1)
      return {
        records: page
          .map((row) => open(row, readBytes(row, 'location')))
          .filter((record) => record !== undefined),
        next: rows.length > page.length && last !== undefined ? readText(last, 'owner') : undefined
      }
    },
    collectExpired(now) {
      const deleted = db.transaction(() => {
        marks.forget(now)
        conflicts.forget.run(now)
        older.expire.run(now)
        return records.expire.run(now)
      })
      if (deleted > 0) room.giveBack()
      return deleted
    }
  }
}

function recordStatements(db: Database) {
  return {
    select: db.prepare('SELECT bytes FROM records WHERE location = ?'),
    upsert: db.prepare('INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?, ?)'),
    size: db.prepare(
      'SELECT coalesce(sum(size), 0) AS bytes FROM records WHERE owner = ? AND location <> ?'
    ),
    page: db.prepare(
      `SELECT location, owner, kind, name, bytes FROM records
       WHERE (owner, kind, name) > (?1, ?2, ?3)
         AND (?4 IS NULL OR owner = ?4) AND (?5 IS NULL OR kind = ?5)
       ORDER BY owner, kind, name LIMIT ?6`
    ),
    entries: db.prepare(
      `SELECT location, owner, size, bytes FROM records
       WHERE kind = ? AND name = ? AND owner > ? ORDER BY owner LIMIT ?`
    ),
    expire: db.prepare('DELETE FROM records WHERE expires_at <= ?')
  }
}

function conflictStatements(db: Database) {
  return {
    insert: db.prepare('INSERT OR IGNORE INTO record_conflicts VALUES (?, ?, ?, ?, ?, ?)'),
    select: db.prepare(
      'SELECT bytes FROM record_conflicts WHERE location = ? AND version = ? ORDER BY digest'
    ),
    countAt: db.prepare(
      'SELECT count(*) AS n FROM record_conflicts WHERE location = ? AND version = ?'
    ),
    countOf: db.prepare('SELECT count(*) AS n FROM record_conflicts WHERE owner = ?'),
    forget: db.prepare('DELETE FROM record_conflicts WHERE forget_at <= ?')
  }
}

const NONE_KEPT: Kept = { replaced: undefined, versions: 0 }

function historyStatements(db: Database) {
  return {
    insert: db.prepare('INSERT OR REPLACE INTO record_history VALUES (?, ?, ?, ?, ?, ?)'),
    select: db.prepare('SELECT bytes FROM record_history WHERE location = ? ORDER BY version DESC'),
    trim: db.prepare(
      `DELETE FROM record_history WHERE location = ? AND version NOT IN (
         SELECT version FROM record_history WHERE location = ? ORDER BY version DESC LIMIT ?)`
    ),
    size: db.prepare('SELECT coalesce(sum(size), 0) AS bytes FROM record_history WHERE owner = ?'),
    expire: db.prepare('DELETE FROM record_history WHERE expires_at <= ?')
  }
}

function bytesOf(row: Row | undefined): number {
  return row === undefined ? 0 : readInteger(row, 'bytes')
}

function count(row: Row | undefined): number {
  return row === undefined ? 0 : readInteger(row, 'n')
}

function place(row: Row): RecordPlace {
  return {
    owner: readText(row, 'owner'),
    kind: readText(row, 'kind'),
    name: readText(row, 'name')
  }
}
