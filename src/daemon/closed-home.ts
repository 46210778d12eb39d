import { existsSync } from 'node:fs'
import { PeerageError } from '../errors.ts'
import type { Database } from '../storage/database.ts'
import { acquireHomeLock } from '../storage/home-lock.ts'
import { createTrustStore } from '../storage/trust-store.ts'
import type { Clock } from '../time/clock.ts'
import { TrustLog } from '../trust/trust-log.ts'
import { type Home, homeAt, openHome } from './home.ts'
import { openHomeDatabase } from './home-contents.ts'

/** A home that belongs to a network and that no daemon runs. */
export interface ClosedHome {
  readonly home: Home
  readonly db: Database
  readonly log: TrustLog
}

/**
 * Works on a home without its daemon, and keeps one from starting meanwhile. Throws `HOME_EMPTY`,
 * `HOME_IN_USE`, `CLOCK_BEFORE_GENESIS`, `CLOCK_BACKWARD`, and the errors of home and storage.
 */
export async function withClosedHome<T>(
  directory: string,
  clock: Clock,
  work: (home: ClosedHome) => Promise<T>
): Promise<T> {
  if (!existsSync(homeAt(directory).database)) {
    throw new PeerageError('HOME_EMPTY', { path: directory })
  }
  const home = openHome(directory)
  const unlock = acquireHomeLock(home.lock)
  try {
    const db = openHomeDatabase(home)
    try {
      const log = TrustLog.load(createTrustStore(db), { clock })
      log.requireClock()
      return await work({ home, db, log })
    } finally {
      db.close()
    }
  } finally {
    unlock()
  }
}
