import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import { type Ask, requireOk } from './desk-call.ts'
import { type Entries, entriesSchema } from './messages.ts'

/** Where the fetching begins, and the size of the checkpoint at which it ends. */
export interface LogRange {
  readonly from: number
  readonly size: number
}

/** Asks for the entries in order: as many as the checkpoint of the authority counts, not one more. */
export async function* fetchPages(ask: Ask, { from, size }: LogRange): AsyncGenerator<Entries> {
  for (let next = from; next < size; ) {
    const page = await ask({ version: 1, ask: 'entries', from: next }, entriesSchema)
    next += page.entries.length
    if (next > size) throw new PeerageError('MESSAGE_MALFORMED')
    yield page
  }
}

/** What taking over pages needs of the trust log. */
export type ReceivingLog = Pick<TrustLog, 'reach' | 'isDoubted' | 'advance' | 'advancePart'>

/**
 * Takes the log to the checkpoint. Each page is verified and stored as it comes, like those of a
 * long catch-up between peers, so that memory holds one page however long the log is. Entries of a
 * key that is doubted are held back until the one comes that replaces it.
 *
 * Throws the faults of `TrustLog.advancePart` and `TrustLog.advance`, and what `pages` throws.
 */
export async function takePages(
  log: ReceivingLog,
  { checkpoint, from, size }: LogRange & { readonly checkpoint: Uint8Array },
  pages: AsyncIterable<Entries>
): Promise<void> {
  let end = from
  let held: Uint8Array[] = []
  for await (const { entries, proof } of pages) {
    end += entries.length
    held.push(...entries)
    if (end === size) break
    if (log.isDoubted) {
      const bytes = held.reduce((sum, entry) => sum + entry.length, 0)
      if (bytes > LIMITS.heldBackBytesMax) throw new PeerageError('TRUST_EQUIVOCATION')
      continue
    }
    // What has come on another way meanwhile is not taken twice.
    const missing = end - log.reach
    if (missing > 0) {
      requireOk(log.advancePart({ checkpoint, entries: held.slice(-missing), proof }))
    }
    held = []
  }
  requireOk(log.advance({ checkpoint, entries: held }))
}
