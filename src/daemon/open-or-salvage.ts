import { toPeerageError } from '../errors.ts'
import { forgetDigest, requireStructure, requireUnchanged } from '../storage/at-rest.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { type Salvaged, salvage } from '../storage/salvage.ts'
import { createTrustStore } from '../storage/trust-store.ts'
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
): T & { readonly db: Database; readonly salvaged: Salvaged | undefined } {
  try {
    return { ...openChecked(home, read), salvaged: undefined }
  } catch (error) {
    if (toPeerageError(error).code !== 'STORAGE_DAMAGED') throw error
    const salvaged = salvageHome(home, clock, error)
    return { ...openChecked(home, read), salvaged }
  }
}

function openChecked<T>(home: Home, read: (db: Database) => T): T & { readonly db: Database } {
  const known = requireUnchanged(home.database)
  const db = openDatabase(home.database)
  try {
    if (known === 'unknown') requireStructure(db)
    const contents = read(db)
    forgetDigest(home.database)
    return { ...contents, db }
  } catch (error) {
    db.close()
    throw error
  }
}

function salvageHome(home: Home, clock: Clock, damage: unknown): Salvaged {
  try {
    return salvage(home.database, {
      now: clock.now(),
      needsWholeLog: authorityKeyPaths(home).length > 0,
      loadLog: (db) => TrustLog.load(createTrustStore(db), { clock }).network
    })
  } catch (error) {
    const { code } = toPeerageError(error)
    // Nothing that could be a start: what was found first says where the damage is.
    if (code === 'STORAGE_DAMAGED' || code === 'HOME_EMPTY') throw damage
    throw error
  }
}
