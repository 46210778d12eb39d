import { sha256 } from '../crypto/digest.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { encodeCbor } from '../encoding/cbor.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { UnixMillis } from '../time/clock.ts'

/** A row of the journal with what chains it to the one before. */
export interface ChainedRow {
  /** From 1, without gaps. */
  readonly sequence: number
  readonly time: UnixMillis
  readonly event: string
  readonly code: string | null
  readonly layer: string | null
  readonly nodeId: string | null
  /** JSON text, byte for byte as it was hashed. */
  readonly detail: string
  readonly previous: Uint8Array
  readonly hash: Uint8Array
}

export interface JournalExtent {
  readonly rows: number
  readonly oldest: number
  readonly newest: number
  /** Of the newest row. Kept elsewhere, it shows later that nothing up to it was changed. */
  readonly head: Uint8Array
}

/** What comes before the first row. */
export const START: Uint8Array = new Uint8Array(32)

/**
 * `SHA-256(previous ‖ CBOR([sequence, time, event, code, layer, nodeId, detail]))`, deterministic
 * CBOR, absent texts as null.
 */
export function chainHash(
  previous: Uint8Array,
  fields: readonly (string | number | null)[]
): Uint8Array {
  return sha256(previous, encodeCbor(fields))
}

/**
 * Recomputes a chain, oldest row first. Rows are removed only from the old end, so the first row
 * says what came before it, unless it is row 1. Fault: `STORAGE_DAMAGED` with the first `sequence`
 * that does not follow from the one before. Rows missing at the new end show only against a head
 * that was kept elsewhere.
 */
export function verifyChain(rows: Iterable<ChainedRow>): Verdict<JournalExtent, 'STORAGE_DAMAGED'> {
  let oldest: number | undefined
  let sequence = 0
  let head: Uint8Array = START
  for (const row of rows) {
    if (oldest === undefined) {
      oldest = row.sequence
      sequence = oldest - 1
      head = oldest === 1 ? START : row.previous
    }
    sequence++
    const { time, event, code, layer, nodeId, detail, previous } = row
    const fields = [row.sequence, time, event, code, layer, nodeId, detail]
    const follows =
      row.sequence === sequence &&
      equalBytes(previous, head) &&
      equalBytes(row.hash, chainHash(previous, fields))
    if (!follows) return refuse('STORAGE_DAMAGED', { sequence })
    head = row.hash
  }
  if (oldest === undefined) return accept({ rows: 0, oldest: 0, newest: 0, head })
  return accept({ rows: sequence - oldest + 1, oldest, newest: sequence, head })
}
