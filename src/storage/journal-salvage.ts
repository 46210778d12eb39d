import { equalBytes } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import type { Database } from './database.ts'
import { readChained } from './journal.ts'
import { type ChainedRow, chainHash } from './journal-chain.ts'
import type { Row } from './row.ts'

/**
 * Of a journal that was damaged keeps the newest rows that verify and follow from each other;
 * false when others were taken out. What is kept is a journal like one that was trimmed.
 */
export function keepNewestChain(db: Database): boolean {
  let above: ChainedRow | undefined
  let newest = 0
  let oldest = 0
  let isWhole = true
  for (const row of db.prepare('SELECT * FROM journal ORDER BY sequence DESC').iterate()) {
    const chained = readValid(row)
    const follows = chained !== undefined && (above === undefined || isBefore(chained, above))
    if (follows) {
      above = chained
      oldest = chained.sequence
      newest = Math.max(newest, chained.sequence)
    } else {
      isWhole = false
      // Rows above the first good one are not to be trusted, and all below a gap go.
      if (above !== undefined) break
    }
  }
  db.prepare('DELETE FROM journal WHERE sequence > ? OR sequence < ?').run(newest, oldest)
  return isWhole
}

function isBefore(row: ChainedRow, above: ChainedRow): boolean {
  return row.sequence === above.sequence - 1 && equalBytes(row.hash, above.previous)
}

function readValid(row: Row): ChainedRow | undefined {
  try {
    const chained = readChained(row)
    const { sequence, time, event, code, layer, nodeId, detail, previous, hash } = chained
    const fields = [sequence, time, event, code, layer, nodeId, detail]
    return equalBytes(hash, chainHash(previous, fields)) ? chained : undefined
  } catch (error) {
    if (!(error instanceof PeerageError)) throw error
    return undefined
  }
}
