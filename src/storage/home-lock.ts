import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

const SQLITE_BUSY = 5

/**
 * One daemon per home, held as an exclusive SQLite lock on a file of its own. The operating system
 * drops the lock when the process ends in whatever way, so nothing stale is ever left behind.
 *
 * Returns the release. Throws `HOME_IN_USE` while another process holds the lock.
 */
export function acquireHomeLock(path: string): () => void {
  const lock = new DatabaseSync(path)
  try {
    lock.exec(`PRAGMA busy_timeout = ${LIMITS.homeLockMs}; PRAGMA journal_mode = MEMORY`)
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new PeerageError('HOME_IN_USE', {}, error)
  }
  return () => lock.close()
}

/**
 * Whether a process holds the lock at this moment. Makes no file; while it looks, which takes no
 * `LIMITS.homeLockMs`, nobody can take the lock.
 */
export function isHomeLocked(path: string): boolean {
  if (!existsSync(path)) return false
  const lock = new DatabaseSync(path, { readOnly: true })
  try {
    lock.exec('PRAGMA busy_timeout = 0; SELECT count(*) FROM sqlite_schema')
    return false
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return true
    throw new PeerageError('STORAGE_FAILED', { path }, error)
  } finally {
    lock.close()
  }
}
