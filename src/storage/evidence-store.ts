import { sha256 } from '../crypto/digest.ts'
import { toHex } from '../encoding/bytes.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Evidence } from '../records/evidence.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Database } from './database.ts'
import { readBytes, readInteger, readText } from './row.ts'

/** Evidence as this node came to it. */
export interface StoredEvidence {
  readonly bytes: Uint8Array
  readonly heardAt: UnixMillis
  /** Who brought it; undefined: this node found or was given it. */
  readonly from: NodeId | undefined
}

type Kept = Pick<Evidence, 'nodeId' | 'code'> & StoredEvidence

/** Evidence of misbehavior with records, exactly as it was found; the oldest gives way. */
export interface EvidenceStore {
  /** False where the same is kept already, or enough of this node and code. */
  save(evidence: Kept): boolean
  /** The oldest first. */
  all(): readonly StoredEvidence[]
}

/** Throws what {@link Database} throws. */
export function createEvidenceStore(db: Database): EvidenceStore {
  const countOf = db.prepare(
    'SELECT count(*) AS n FROM record_evidence WHERE node_id = ? AND code = ?'
  )
  const insert = db.prepare(
    `INSERT OR IGNORE INTO record_evidence (node_id, code, digest, found_at, bytes, heard_from)
     VALUES (?, ?, ?, ?, ?, ?)`
  )
  const trim = db.prepare(
    `DELETE FROM record_evidence WHERE place <= (SELECT max(place) FROM record_evidence) - ?`
  )
  const select = db.prepare('SELECT * FROM record_evidence ORDER BY place')
  return {
    save({ nodeId, code, bytes, heardAt, from }) {
      return db.transaction(() => {
        const row = countOf.get(nodeId, code)
        const kept = row === undefined ? 0 : readInteger(row, 'n')
        if (kept >= LIMITS.recordEvidencePerNodeMax) return false
        const digest = toHex(sha256(bytes))
        const isNew = insert.run(nodeId, code, digest, heardAt, bytes, from ?? null) > 0
        trim.run(LIMITS.recordEvidenceMax)
        return isNew
      })
    },
    all: () =>
      select.all().map((row) => ({
        bytes: readBytes(row, 'bytes'),
        heardAt: readInteger(row, 'found_at'),
        // Written by this node, from the id of a peer that was admitted.
        from: row['heard_from'] === null ? undefined : (readText(row, 'heard_from') as NodeId)
      }))
  }
}
