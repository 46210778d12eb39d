import { type AtTurnEnd, atTurnEnd } from '../time/turn-end.ts'
import type { Database } from './database.ts'

/**
 * Runs `write` in one transaction with all other writes of this turn of the event loop, in the
 * order of the calls, so that they share one sync of the disk. Resolves with what it returned when
 * the transaction is synced. Rejects when the transaction fails, with all others of the turn; a
 * write that throws by itself has written nothing and fails alone.
 */
export type GroupCommit = <T>(write: () => T) => Promise<T>

interface Member {
  /** Writes; returns what tells the caller of it once everything is synced. */
  readonly write: () => () => void
  readonly fail: (error: unknown) => void
}

export function createGroupCommit(db: Database, atEnd: AtTurnEnd = atTurnEnd): GroupCommit {
  let waiting: Member[] = []

  function commit(): void {
    const members = waiting
    waiting = []
    try {
      const tell = db.transaction(() => members.map((member) => attempt(member)))
      for (const told of tell) told()
    } catch (error) {
      for (const { fail } of members) fail(error)
    }
  }

  function attempt({ write, fail }: Member): () => void {
    try {
      return db.attempt(write)
    } catch (error) {
      // Where SQLite has given up the transaction itself, nobody's write is there any more.
      if (!db.isInTransaction) throw error
      return () => fail(error)
    }
  }

  return (write) =>
    new Promise((resolve, fail) => {
      if (waiting.length === 0) atEnd(commit)
      waiting.push({
        write() {
          const result = write()
          return () => resolve(result)
        },
        fail
      })
    })
}
