import type { NodeId } from '../identity/node-id.ts'
import type { Database } from './database.ts'
import { readBytes } from './row.ts'

/** Signed address records of members, so that a restarted node finds the others (SR-RT-5). */
export interface AddressStore {
  load(): Iterable<Uint8Array>
  /** All or none, in one transaction: a page of records costs one sync and not one each. */
  save(records: readonly { readonly nodeId: NodeId; readonly bytes: Uint8Array }[]): void
  remove(nodeId: NodeId): void
}

export function createAddressStore(db: Database): AddressStore {
  const select = db.prepare('SELECT bytes FROM addresses')
  const upsert = db.prepare(
    'INSERT INTO addresses VALUES (?, ?) ON CONFLICT (node_id) DO UPDATE SET bytes = excluded.bytes'
  )
  const remove = db.prepare('DELETE FROM addresses WHERE node_id = ?')
  return {
    load: () => select.all().map((row) => readBytes(row, 'bytes')),
    save(records) {
      db.transaction(() => {
        for (const { nodeId, bytes } of records) upsert.run(nodeId, bytes)
      })
    },
    remove(nodeId) {
      remove.run(nodeId)
    }
  }
}
