import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { LIMITS } from '../../limits.ts'
import type { TrustRequest, TrustResponse } from './messages.ts'

/** What answering needs of the trust log. */
export interface TrustSource {
  readonly size: number
  head(): { readonly bytes: Uint8Array }
  entries(from: number, to: number): readonly Uint8Array[]
  consistencyProof(from: number, to: number): readonly Uint8Array[]
}

/** Half of a response, so that entries and their framing always fit. */
const PAGE_BYTES_MAX = LIMITS.responseBytesMax / 2

/**
 * Answers from the own log. A range outside of it is `TRUST_ENTRY_NOT_FOUND`; a page ends early
 * where it would grow too large, and the asker goes on from there.
 */
export function answerTrustRequest(
  log: TrustSource,
  request: TrustRequest
): Verdict<TrustResponse, 'TRUST_ENTRY_NOT_FOUND'> {
  if (request.ask === 'head' || request.ask === 'announce') {
    return accept({ ask: request.ask, checkpoint: log.head().bytes })
  }
  if (request.from > request.to || request.to > log.size) return refuse('TRUST_ENTRY_NOT_FOUND')
  if (request.ask === 'entries') {
    return accept({ ask: 'entries', entries: page(log, request.from, request.to) })
  }
  return accept({
    ask: 'consistency',
    proof: [...log.consistencyProof(request.from, request.to)]
  })
}

function page(log: TrustSource, from: number, to: number): Uint8Array[] {
  const entries: Uint8Array[] = []
  let bytes = 0
  for (const entry of log.entries(from, Math.min(to, from + LIMITS.syncEntriesMax))) {
    bytes += entry.length
    if (bytes > PAGE_BYTES_MAX) break
    entries.push(entry)
  }
  return entries
}
