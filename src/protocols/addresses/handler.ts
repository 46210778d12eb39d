import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { AddressBook } from '../../overlay/address-book.ts'
import { openAddressRecord } from '../../overlay/address-record.ts'
import type { AddressesRequest, AddressesResponse } from './messages.ts'

export interface AddressSource {
  readonly network: NetworkId
  readonly book: Pick<AddressBook, 'learn' | 'learnAll' | 'records'>
  /** The signed record of this node. */
  readonly own: () => Uint8Array
}

const PAGE_BYTES_MAX = LIMITS.responseBytesMax / 2

/**
 * Takes over the record of the asking peer, which must be its own, and answers with a page of the
 * book. Faults: those of `AddressBook.learn`, `MESSAGE_MALFORMED` for the record of another node.
 */
export function answerAddresses(
  { network, book, own }: AddressSource,
  request: AddressesRequest,
  asker: NodeId
): Verdict<AddressesResponse> {
  const opened = openAddressRecord(request.own, network)
  if (!opened.ok) return opened
  if (opened.value.nodeId !== asker) return refuse('MESSAGE_MALFORMED')
  const learned = book.learn(request.own)
  // A peer that was admitted before its enrollment has reached this node is answered all the same.
  if (!learned.ok && learned.fault !== 'NODE_UNKNOWN') return learned
  const known = book.records()
  const records: Uint8Array[] = []
  let bytes = 0
  let next = request.from
  for (const record of known.slice(next, next + LIMITS.addressRecordsPerAnswerMax)) {
    bytes += record.bytes.length
    if (bytes > PAGE_BYTES_MAX) break
    records.push(record.bytes)
    next++
  }
  return accept({ own: own(), records, ...(next < known.length ? { next } : {}) })
}
