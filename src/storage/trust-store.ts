import { PeerageError } from '../errors.ts'
import type { TrustStore } from '../trust/trust-log.ts'
import type { Database } from './database.ts'
import { readBytes, readInteger } from './row.ts'

/** Forgets everything but genesis: the log starts again with what the peers have. */
export function restartTrustLog(db: Database): void {
  db.transaction(() => {
    db.prepare('DELETE FROM main.trust_entries WHERE position > 0').run()
    const first = "SELECT bytes FROM main.trust_checkpoints WHERE slot = 'genesis'"
    db.prepare(`UPDATE main.trust_checkpoints SET bytes = (${first}) WHERE slot = 'head'`).run()
  })
}

/**
 * An empty store for a log that is on its way into this database: as large as it may be, SQLite
 * keeps it in a file that is gone when the database is closed or another one is staged.
 */
export function stageTrustLog(db: Database): TrustStore {
  db.exec(`
    DROP TABLE IF EXISTS temp.trust_entries;
    DROP TABLE IF EXISTS temp.trust_checkpoints;
    CREATE TEMP TABLE trust_entries (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE TEMP TABLE trust_checkpoints (slot TEXT PRIMARY KEY, bytes BLOB NOT NULL);
  `)
  return createTrustStore(db, 'temp')
}

/** The trust log in the database. An entry is never changed or removed once it is stored. */
export function createTrustStore(db: Database, schema: 'main' | 'temp' = 'main'): TrustStore {
  const selectEntries = db.prepare(
    `SELECT position, bytes FROM ${schema}.trust_entries WHERE position >= ? AND position < ? ORDER BY position`
  )
  const insertEntry = db.prepare(`INSERT INTO ${schema}.trust_entries VALUES (?, ?)`)
  const selectCheckpoint = db.prepare(
    `SELECT bytes FROM ${schema}.trust_checkpoints WHERE slot = ?`
  )
  const upsertCheckpoint = db.prepare(
    `INSERT INTO ${schema}.trust_checkpoints VALUES (?, ?) ON CONFLICT (slot) DO UPDATE SET bytes = excluded.bytes`
  )

  return {
    *entries(from, to) {
      let expected = from
      for (const row of selectEntries.iterate(from, to)) {
        // A gap, found where it is: the caller counts what it gets.
        if (readInteger(row, 'position') !== expected) {
          throw new PeerageError('STORAGE_DAMAGED', { part: 'entry', index: expected })
        }
        expected++
        yield readBytes(row, 'bytes')
      }
    },
    checkpoint(slot) {
      const row = selectCheckpoint.get(slot)
      return row === undefined ? undefined : readBytes(row, 'bytes')
    },
    append({ from, entries, checkpoint }) {
      db.transaction(() => {
        entries.forEach((bytes, i) => {
          insertEntry.run(from + i, bytes)
        })
        if (checkpoint === undefined) return
        if (from === 0) upsertCheckpoint.run('genesis', checkpoint)
        upsertCheckpoint.run('head', checkpoint)
      })
    }
  }
}
