import type { Database } from './database.ts'
import { readBytes } from './row.ts'

/** Open proposals with their votes; judged again when they are read. */
export interface ProposalStore {
  load(): readonly Uint8Array[]
  save(id: string, bytes: Uint8Array): void
  remove(id: string): void
}

export function createProposalStore(db: Database): ProposalStore {
  const select = db.prepare('SELECT bytes FROM proposals')
  const upsert = db.prepare(
    'INSERT INTO proposals VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes'
  )
  const remove = db.prepare('DELETE FROM proposals WHERE id = ?')
  return {
    load: () => select.all().map((row) => readBytes(row, 'bytes')),
    save: (id, bytes) => void upsert.run(id, bytes),
    remove: (id) => void remove.run(id)
  }
}
