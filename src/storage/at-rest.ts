import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { sha256Of } from '../crypto/digest.ts'
import { toHex } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import type { Database } from './database.ts'
import { WALKED } from './record-walk.ts'
import { readText } from './row.ts'
import { orFailure } from './synced-file.ts'

/**
 * Closes a database and writes down the digest of its file. SQLite has no checksums of pages: with
 * this one, a bit that flips while the node is down is found at the next start, wherever it is.
 */
export function closeAtRest(db: Database, path: string): void {
  db.close()
  if (readSum(path) === CONDEMNED) return
  // Another process has it open, or the log could not be written back: the file may change yet.
  if (existsSync(`${path}-wal`)) return
  orFailure(path, () => writeFileSync(sumPath(path), describe(path), { mode: 0o600 }))
}

/** Damage was found while it was open: the next start takes over what can be verified. */
export function condemn(path: string): void {
  orFailure(path, () => writeFileSync(sumPath(path), CONDEMNED, { mode: 0o600 }))
}

/**
 * Whether the file is as it was closed. Without the digest (a crash, an older version) or when
 * somebody has written the file since (a restored backup), the structure is checked instead: see
 * {@link requireStructure}. Throws `STORAGE_DAMAGED` and what the disk throws.
 */
export function requireUnchanged(path: string): 'unchanged' | 'unknown' {
  return orFailure(path, () => {
    const sum = readSum(path)
    if (sum === undefined) return 'unknown'
    if (sum === CONDEMNED) throw new PeerageError('STORAGE_DAMAGED', { part: 'records' })
    const [digest, , time] = sum.split(' ')
    if (time !== timeOf(path)) return 'unknown'
    if (describe(path).split(' ')[0] === digest) return 'unchanged'
    throw new PeerageError('STORAGE_DAMAGED', { part: 'file' })
  })
}

/** Called once it is open for writing: from now on the digest says nothing. */
export function forgetDigest(path: string): void {
  orFailure(path, () => rmSync(sumPath(path), { force: true }))
}

/**
 * Walks all pages, and compares every index with its table but for those of records, which may be
 * many: see record-walk.ts. Contents are not checked: records, entries and certificates are verified
 * when they are read. Throws `STORAGE_DAMAGED`.
 */
export function requireStructure(db: Database): void {
  const isWhole = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok'
  const others = tables(db).filter((table) => !WALKED.includes(table))
  if (isWhole && others.every((table) => isStructureWhole(db, table))) return
  throw new PeerageError('STORAGE_DAMAGED', { part: 'pages' })
}

/** Whether all pages of one table are there and in order, and its indexes agree with it. */
export function isStructureWhole(db: Database, table: string): boolean {
  return db.prepare(`PRAGMA integrity_check(${table})`).get()?.['integrity_check'] === 'ok'
}

function tables(db: Database): string[] {
  const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
  return db
    .prepare(sql)
    .all()
    .map((row) => readText(row, 'name'))
}

const CONDEMNED = 'damaged'

function readSum(path: string): string | undefined {
  return existsSync(sumPath(path)) ? readFileSync(sumPath(path), 'utf8') : undefined
}

function sumPath(path: string): string {
  return `${path}.sum`
}

function describe(path: string): string {
  return `${toHex(sha256Of(piecesOf(path)))} ${statSync(path).size} ${timeOf(path)}`
}

function timeOf(path: string): string {
  return String(Math.trunc(statSync(path).mtimeMs))
}

/** The content of a file, a MiB at a time. */
export function* piecesOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r')
  try {
    const buffer = new Uint8Array(1 << 20)
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
      yield buffer.subarray(0, read)
    }
  } finally {
    closeSync(file)
  }
}
