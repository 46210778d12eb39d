import { sha256 } from '../crypto/digest.ts'
import { toHex } from '../encoding/bytes.ts'
import { LIMITS } from '../limits.ts'
import type { Evidence } from '../records/evidence.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { readBytes, readInteger } from './row.ts'

/** Evidence of misbehavior with records, exactly as it was found; the oldest gives way. */
export interface EvidenceStore {
  /** False where the same is kept already, or enough of this node and code. */
  save(evidence: Evidence, now: UnixMillis): boolean
  all(): readonly Uint8Array[]
}

export function createEvidenceStore(db: Database): EvidenceStore {
  const countOf = db.prepare(
    'SELECT count(*) AS n FROM record_evidence WHERE node_id = ? AND code = ?'
  )
  const insert = db.prepare(
    `INSERT OR IGNORE INTO record_evidence (node_id, code, digest, found_at, bytes)
     VALUES (?, ?, ?, ?, ?)`
  )
  const trim = db.prepare(
    `DELETE FROM record_evidence WHERE place <= (SELECT max(place) FROM record_evidence) - ?`
  )
  const select = db.prepare('SELECT bytes FROM record_evidence ORDER BY place')
  return {
    save({ nodeId, code, bytes }, now) {
      return db.transaction(() => {
        const row = countOf.get(nodeId, code)
        const kept = row === undefined ? 0 : readInteger(row, 'n')
        if (kept >= LIMITS.recordEvidencePerNodeMax) return false
        const isNew = insert.run(nodeId, code, toHex(sha256(bytes)), now, bytes) > 0
        trim.run(LIMITS.recordEvidenceMax)
        return isNew
      })
    },
    all: () => select.all().map((row) => readBytes(row, 'bytes'))
  }
}
