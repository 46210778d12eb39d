import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { KindOf } from '../../records/kind.ts'
import { recordLocation } from '../../records/location.ts'
import type { Holdings } from './holdings.ts'
import type { RecordRequest, RecordResponse } from './messages.ts'

export interface RecordSource {
  readonly network: NetworkId
  readonly kindOf: KindOf
  readonly holdings: Holdings
}

/**
 * Answers one request of an admitted peer. The sender of a record need not be its signer, so a
 * holder can pass on what it has; what is refused is refused with the code of the first rule that
 * the record breaks, and that code is counted against the sender where its row says so.
 */
export function answerRecordRequest(
  source: RecordSource,
  request: RecordRequest
): Verdict<RecordResponse> {
  try {
    return request.ask === 'store' ? store(source, request) : fetch(source, request)
  } catch (error) {
    // A full or failing disk is an answer that the writer can use; anything else is a bug here.
    if (error instanceof PeerageError) return refuse(error.code)
    throw error
  }
}

function store(
  { holdings }: RecordSource,
  request: Extract<RecordRequest, { ask: 'store' }>
): Verdict<RecordResponse> {
  const kept = holdings.keep(request.record)
  return kept.ok ? accept({ ask: 'store', digest: kept.value.digest }) : kept
}

function fetch(
  { network, kindOf, holdings }: RecordSource,
  { kind, owner, name }: Extract<RecordRequest, { ask: 'fetch' }>
): Verdict<RecordResponse> {
  if (kindOf(kind) === undefined) return refuse('RECORD_KIND_UNKNOWN', { kind })
  const location = recordLocation({ network, kind, owner, name })
  return accept({
    ask: 'fetch',
    records: holdings.serve(location).map((record) => record.bytes),
    newest: holdings.newest(location)?.version ?? 0
  })
}
