import { DatabaseSync } from 'node:sqlite'
import { PeerageError } from '../errors.ts'

/**
 * One daemon per home, held as an exclusive SQLite lock on a file of its own. The operating system
 * drops the lock when the process ends in whatever way, so nothing stale is ever left behind.
 *
 * Returns the release. Throws `HOME_IN_USE` while another process holds the lock.
 */
export function acquireHomeLock(path: string): () => void {
  const lock = new DatabaseSync(path)
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new PeerageError('HOME_IN_USE', {}, error)
  }
  return () => lock.close()
}
