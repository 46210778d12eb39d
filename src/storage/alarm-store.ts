import { ERRORS, type ErrorCode, PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { type Row, readInteger, readText } from './row.ts'

/** JSON-safe facts; never secrets. */
export type AlarmDetail = Readonly<Record<string, string | number | boolean>>

export interface StoredAlarm {
  readonly id: number
  readonly code: ErrorCode
  /** What it is about: a node id, a name, a fingerprint. */
  readonly subject: string
  readonly detail: AlarmDetail
  readonly raisedAt: UnixMillis
  /** When it was raised last. */
  readonly lastAt: UnixMillis
  readonly times: number
  readonly acknowledgedAt: UnixMillis | undefined
  readonly clearedAt: UnixMillis | undefined
}

export interface AlarmPage {
  readonly alarms: readonly StoredAlarm[]
  /** Where the list goes on; undefined when nothing follows. */
  readonly next: number | undefined
}

/** Every change is on disk when the call returns. */
export interface AlarmStore {
  /** Of one code and subject at most one alarm is open. */
  open(code: ErrorCode, subject: string): StoredAlarm | undefined
  /** Makes room among those of the same code: cleared ones go first, then the oldest. */
  add(alarm: Pick<StoredAlarm, 'code' | 'subject' | 'detail' | 'raisedAt'>): StoredAlarm
  repeated(id: number, at: UnixMillis): void
  cleared(id: number, at: UnixMillis): void
  /** Undefined when there is none of this number. */
  acknowledged(id: number, at: UnixMillis): StoredAlarm | undefined
  /** In the order in which they were raised, after the place `after` of an earlier page. */
  page(query: { readonly limit: number; readonly after: number; readonly all: boolean }): AlarmPage
  /** All that are open. */
  allOpen(): readonly StoredAlarm[]
}

/** Throws what {@link Database} throws. */
export function createAlarmStore(db: Database): AlarmStore {
  const selectOpen = db.prepare(
    'SELECT * FROM alarms WHERE code = ? AND subject = ? AND cleared_at IS NULL'
  )
  const insert = db.prepare(
    `INSERT INTO alarms (code, subject, detail, raised_at, last_at, times)
     VALUES (?, ?, ?, ?, ?, 1) RETURNING *`
  )
  const trim = db.prepare(
    `DELETE FROM alarms WHERE id IN (SELECT id FROM alarms WHERE code = ?
     ORDER BY cleared_at IS NULL DESC, id DESC LIMIT -1 OFFSET ?)`
  )
  const repeat = db.prepare('UPDATE alarms SET times = times + 1, last_at = ? WHERE id = ?')
  const clear = db.prepare('UPDATE alarms SET cleared_at = ? WHERE id = ?')
  const acknowledge = db.prepare(
    'UPDATE alarms SET acknowledged_at = coalesce(acknowledged_at, ?) WHERE id = ? RETURNING *'
  )
  const page = db.prepare(
    'SELECT * FROM alarms WHERE id > ? AND (? OR cleared_at IS NULL) ORDER BY id LIMIT ?'
  )
  const allOpen = db.prepare('SELECT * FROM alarms WHERE cleared_at IS NULL ORDER BY id')

  return {
    open(code, subject) {
      const row = selectOpen.get(code, subject)
      return row === undefined ? undefined : readAlarm(row)
    },
    add({ code, subject, detail, raisedAt }) {
      return db.transaction(() => {
        trim.run(code, LIMITS.alarmsPerCodeMax - 1)
        const row = insert.get(code, subject, JSON.stringify(detail), raisedAt, raisedAt)
        if (row === undefined) throw new PeerageError('STORAGE_FAILED', { table: 'alarms' })
        return readAlarm(row)
      })
    },
    repeated(id, at) {
      repeat.run(at, id)
    },
    cleared(id, at) {
      clear.run(at, id)
    },
    acknowledged(id, at) {
      const row = acknowledge.get(at, id)
      return row === undefined ? undefined : readAlarm(row)
    },
    page({ limit, after, all }) {
      // One row more than asked for tells whether anything follows.
      const rows = page.all(after, all ? 1 : 0, limit + 1).map(readAlarm)
      const alarms = rows.slice(0, limit)
      return { alarms, next: rows.length > limit ? alarms.at(-1)?.id : undefined }
    },
    allOpen: () => allOpen.all().map(readAlarm)
  }
}

function readAlarm(row: Row): StoredAlarm {
  const code = readText(row, 'code')
  if (!isErrorCode(code)) throw new PeerageError('STORAGE_DAMAGED', { table: 'alarms' })
  return {
    id: readInteger(row, 'id'),
    code,
    subject: readText(row, 'subject'),
    detail: parseDetail(readText(row, 'detail')),
    raisedAt: readInteger(row, 'raised_at'),
    lastAt: readInteger(row, 'last_at'),
    times: readInteger(row, 'times'),
    acknowledgedAt: optionalInteger(row, 'acknowledged_at'),
    clearedAt: optionalInteger(row, 'cleared_at')
  }
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text)
}

function parseDetail(text: string): AlarmDetail {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new PeerageError('STORAGE_DAMAGED', { table: 'alarms' }, error)
  }
}

function optionalInteger(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : readInteger(row, column)
}
