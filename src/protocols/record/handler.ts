import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import { LIMITS } from '../../limits.ts'
import type { CertifiedPeer } from '../../overlay/certified-peers.ts'
import { recordLocation } from '../../records/location.ts'
import { admitReader } from '../../records/reader.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { actorOf, type Writers } from '../../records/writer.ts'
import { answerCompare, type CompareComponents } from './compare.ts'
import type { Holdings } from './holdings.ts'
import type { RecordRequest, RecordResponse } from './messages.ts'

export interface RecordSource extends CompareComponents {
  readonly membership: Pick<Writers, 'groupsOf'>
  readonly holdings: Holdings
  /** Signs that this node has a record on disk. */
  readonly sealReceipt: (record: VerifiedRecord) => Uint8Array
  /** Signs what this node holds under a location. */
  readonly sealProof: (
    asked: { network: NetworkId; location: Uint8Array; nonce: Uint8Array },
    held: VerifiedRecord | undefined
  ) => Uint8Array
}

/** The admitted peer that asks. */
type Asker = Pick<CertifiedPeer, 'nodeId' | 'member' | 'node'>

/**
 * Answers one request of an admitted peer. The sender of a record need not be its signer, so a
 * holder can pass on what it has; what is refused is refused with the code of the first rule that
 * the record breaks, and that code is counted against the sender where its row says so.
 */
export async function answerRecordRequest(
  source: RecordSource,
  request: RecordRequest,
  peer: Asker
): Promise<Verdict<RecordResponse>> {
  try {
    if (request.ask === 'store' || request.ask === 'claim') return await store(source, request)
    if (request.ask === 'compare') {
      return accept(answerCompare(source, request, peer.nodeId))
    }
    const admitted = admit(source, request, peer)
    if (!admitted.ok) return admitted
    if (request.ask === 'entries') return entries(source, request)
    if (request.ask === 'audit') return audit(source, request)
    return request.ask === 'fetch' ? fetch(source, request) : history(source, request)
  } catch (error) {
    // A full or failing disk is an answer that the writer can use; anything else is a bug here.
    if (error instanceof PeerageError) return refuse(error.code)
    throw error
  }
}

async function store(
  { holdings, sealReceipt }: RecordSource,
  { ask, record }: Extract<RecordRequest, { ask: 'store' | 'claim' }>
): Promise<Verdict<RecordResponse>> {
  const kept = await (ask === 'store' ? holdings.keep(record) : holdings.claim(record))
  if (!kept.ok) return kept
  return accept(
    ask === 'store' ? { ask, receipt: sealReceipt(kept.value) } : { ask, digest: kept.value.digest }
  )
}

/** Whether the kind is there, and its readers include whoever asks. */
function admit(
  { kindOf, membership }: RecordSource,
  request: Extract<RecordRequest, { kind: string }>,
  peer: Asker
): Verdict<unknown> {
  const kind = kindOf(request.kind)
  if (!kind.ok) return kind
  const owner = request.ask === 'entries' ? undefined : request.owner
  return admitReader(kind.value, owner, actorOf(membership, peer))
}

function audit(
  { network, holdings, index, sealProof }: RecordSource,
  { kind, owner, name, nonce }: Extract<RecordRequest, { ask: 'audit' }>
): Verdict<RecordResponse> {
  const location = recordLocation({ network, kind, owner, name })
  const held = holdings.held(location)
  // A damaged record is no lie: what cannot be shown is said without a signature.
  if (held === undefined && index.has(location)) return refuse('RECORD_LOST')
  return accept({ ask: 'audit', proof: sealProof({ network, location, nonce }, held) })
}

function history(
  { network, holdings }: RecordSource,
  { kind, owner, name }: Extract<RecordRequest, { ask: 'history' }>
): Verdict<RecordResponse> {
  let bytes = 0
  const records = holdings
    .history(recordLocation({ network, kind, owner, name }))
    .map((record) => record.bytes)
    .filter((record) => {
      bytes += record.length
      return bytes <= LIMITS.recordEntriesBytesMax
    })
  return accept({ ask: 'history', records: records.slice(0, LIMITS.recordHistoryPerAnswerMax) })
}

function entries(
  { holdings }: RecordSource,
  { kind, name, after }: Extract<RecordRequest, { ask: 'entries' }>
): Verdict<RecordResponse> {
  const page = holdings.entries({
    ...{ kind, name, after },
    limit: LIMITS.recordEntriesPerAnswerMax,
    bytesMax: LIMITS.recordEntriesBytesMax
  })
  return accept({
    ask: 'entries',
    records: page.records.map((record) => record.bytes),
    next: page.next ?? ''
  })
}

function fetch(
  { network, holdings }: RecordSource,
  { kind, owner, name }: Extract<RecordRequest, { ask: 'fetch' }>
): Verdict<RecordResponse> {
  const location = recordLocation({ network, kind, owner, name })
  return accept({
    ask: 'fetch',
    records: holdings.serve(location).map((record) => record.bytes),
    newest: holdings.newest(location)?.version ?? 0
  })
}
