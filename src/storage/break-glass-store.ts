import type { NodeId } from '../identity/node-id.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { readBytes, readInteger } from './row.ts'

export interface StoredBreakGlass {
  readonly takenAt: UnixMillis
  readonly bytes: Uint8Array
}

/** One statement for each node; judged again when they are read. */
export interface BreakGlassStore {
  load(): readonly StoredBreakGlass[]
  save(nodeId: NodeId, statement: StoredBreakGlass): void
}

export function createBreakGlassStore(db: Database): BreakGlassStore {
  const select = db.prepare('SELECT taken_at, bytes FROM break_glass')
  const insert = db.prepare('INSERT INTO break_glass VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  return {
    load: () =>
      select
        .all()
        .map((row) => ({ takenAt: readInteger(row, 'taken_at'), bytes: readBytes(row, 'bytes') })),
    save: (nodeId, { takenAt, bytes }) => void insert.run(nodeId, takenAt, bytes)
  }
}
