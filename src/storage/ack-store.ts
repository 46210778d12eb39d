import type { NodeId } from '../identity/node-id.ts'
import type { Database } from './database.ts'
import { readBytes } from './row.ts'

/** The newest acknowledgment of every node, exactly as signed; judged again when it is read. */
export interface AckStore {
  load(): Iterable<Uint8Array>
  save(acks: readonly { readonly nodeId: NodeId; readonly bytes: Uint8Array }[]): void
}

export function createAckStore(db: Database): AckStore {
  const select = db.prepare('SELECT bytes FROM acks')
  const upsert = db.prepare(
    'INSERT INTO acks VALUES (?, ?) ON CONFLICT (node_id) DO UPDATE SET bytes = excluded.bytes'
  )
  return {
    load: () => select.all().map((row) => readBytes(row, 'bytes')),
    save(acks) {
      db.transaction(() => {
        for (const { nodeId, bytes } of acks) upsert.run(nodeId, bytes)
      })
    }
  }
}
