import { toPeerageError } from '../errors.ts'
import { forgetDigest, requireStructure, requireUnchanged } from '../storage/at-rest.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { type Salvaged, salvage } from '../storage/salvage.ts'
import { createTrustStore } from '../storage/trust-store.ts'
import { requireWholeLog } from '../storage/wal.ts'
import type { Clock } from '../time/clock.ts'
import { TrustLog } from '../trust/trust-log.ts'
import { authorityKeyPaths } from './authority-keyring.ts'
import type { Home } from './home.ts'

/**
 * Opens the database of a home, checks it and reads it. One that is damaged is replaced by what can
 * be verified in it, so that the node starts and its peers bring the rest.
 *
 * Throws `STORAGE_DAMAGED` where that is impossible: no genesis, or a trust log that is not whole
 * where the authority key is; the file is left as it was. And the errors of storage.
 */
export function openOrSalvage<T>(
  home: Home,
  clock: Clock,
  read: (db: Database) => T
): T & Checked & { readonly salvaged: Salvaged | undefined } {
  try {
    return { ...openChecked(home, read), salvaged: undefined }
  } catch (error) {
    if (toPeerageError(error).code !== 'STORAGE_DAMAGED') throw error
    const salvaged = salvageHome(home, clock, error)
    return { ...openChecked(home, read), salvaged }
  }
}

interface Checked {
  readonly db: Database
  /** Whether every byte is as it was closed; else the records are walked while the node runs. */
  readonly isUnchanged: boolean
}

function openChecked<T>(home: Home, read: (db: Database) => T): T & Checked {
  const isUnchanged = requireUnchanged(home.database) === 'unchanged'
  requireWholeLog(home.database)
  const db = openDatabase(home.database)
  try {
    if (!isUnchanged) requireStructure(db)
    const contents = read(db)
    forgetDigest(home.database)
    return { ...contents, db, isUnchanged }
  } catch (error) {
    db.close()
    throw error
  }
}

function salvageHome(home: Home, clock: Clock, damage: unknown): Salvaged {
  const needsWholeLog = authorityKeyPaths(home).length > 0
  const isCut = toPeerageError(damage).details['part'] === 'log'
  // Nothing tells whether the authority has signed what was lost with the end of the log.
  if (needsWholeLog && isCut) throw damage
  try {
    return salvage(home.database, {
      ...{ now: clock.now(), needsWholeLog, isCut },
      loadLog: (db) => TrustLog.load(createTrustStore(db), { clock }).network
    })
  } catch (error) {
    const { code } = toPeerageError(error)
    // Nothing that could be a start: what was found first says where the damage is.
    if (code === 'STORAGE_DAMAGED' || code === 'HOME_EMPTY') throw damage
    throw error
  }
}
