import { toHex } from '../encoding/bytes.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { StorageReceipt } from '../records/storage-receipt.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { readBytes } from './row.ts'

/** The newest receipt of every holder for the records that this node wrote, exactly as signed. */
export interface ReceiptStore {
  save(receipts: readonly StorageReceipt[]): void
  /** Of one record, in the order of holders. */
  of(location: Uint8Array): readonly Uint8Array[]
  /** Some receipts that follow a random point, for an audit. */
  sample(from: Uint8Array, limit: number): readonly Uint8Array[]
  /** The holder has shown that it no longer keeps what it promised. */
  drop(location: Uint8Array, holder: NodeId): void
  collectExpired(now: UnixMillis): void
}

export function createReceiptStore(db: Database): ReceiptStore {
  const upsert = db.prepare(
    `INSERT INTO record_receipts VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (location, holder) DO UPDATE SET
       version = excluded.version, until = excluded.until, bytes = excluded.bytes
     WHERE excluded.version >= version`
  )
  const select = db.prepare('SELECT bytes FROM record_receipts WHERE location = ? ORDER BY holder')
  const after = db.prepare(
    'SELECT bytes FROM record_receipts WHERE location >= ? ORDER BY location, holder LIMIT ?'
  )
  const remove = db.prepare('DELETE FROM record_receipts WHERE location = ? AND holder = ?')
  const expire = db.prepare('DELETE FROM record_receipts WHERE until <= ?')
  const trim = db.prepare(
    `DELETE FROM record_receipts WHERE (location, holder) IN (
       SELECT location, holder FROM record_receipts ORDER BY until DESC LIMIT -1 OFFSET ?)`
  )
  return {
    save(receipts) {
      db.transaction(() => {
        for (const { location, holder, version, until, bytes } of receipts) {
          upsert.run(location, holder, version, until, bytes)
        }
      })
    },
    of: (location) => select.all(location).map((row) => readBytes(row, 'bytes')),
    sample(from, limit) {
      const rows = [...after.all(from, limit)]
      // Around the end of the key space, and never the same receipt twice.
      if (rows.length < limit) rows.push(...after.all(new Uint8Array(0), limit - rows.length))
      const found = rows.map((row) => readBytes(row, 'bytes'))
      return [...new Map(found.map((bytes) => [toHex(bytes), bytes])).values()]
    },
    drop: (location, holder) => {
      remove.run(location, holder)
    },
    collectExpired(now) {
      db.transaction(() => {
        expire.run(now)
        trim.run(LIMITS.storageReceiptsMax)
      })
    }
  }
}
