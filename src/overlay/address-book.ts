import { sha256 } from '../crypto/digest.ts'
import { toHex } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { NetworkId } from '../identity/network-id.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { type AddressRecord, openAddressRecord } from './address-record.ts'

/** Where records outlive the process; what it returns is verified again. */
export interface AddressStore {
  load(): Iterable<Uint8Array>
  /** All or none, in one write to disk. */
  save(records: readonly Pick<AddressRecord, 'nodeId' | 'bytes'>[]): void
  remove(nodeId: NodeId): void
}

export interface AddressBookComponents {
  readonly network: NetworkId
  readonly store: AddressStore
  readonly clock: Clock
  /** Enrolled and not revoked: nobody else gets a place (SR-ADM-3). */
  readonly isMember: (nodeId: NodeId) => boolean
}

/** The newest signed addresses of each member; at most one record per live node. */
export interface AddressBook {
  /**
   * Takes a record over if it is newer than the one known; false if it is not. Faults: those of
   * `openAddressRecord`, `NODE_UNKNOWN` for no member, `CLOCK_BACKWARD` for a record from later
   * than now by more than the tolerated skew: it would stand in the way of all true ones.
   */
  learn(bytes: Uint8Array): Verdict<boolean>
  /** The same for many, with one verdict each. */
  learnAll(records: readonly Uint8Array[]): readonly Verdict<boolean>[]
  addressesOf(nodeId: NodeId): readonly string[]
  records(): readonly AddressRecord[]
  /** Drops the records of nodes that are members no longer. */
  prune(): void
}

export function createAddressBook(components: AddressBookComponents): AddressBook {
  const { network, store, clock, isMember } = components
  const book = new Map<NodeId, AddressRecord>()
  /** Digests of what is in the book: most of what peers tell is known, and verifying it is dear. */
  const known = new Set<string>()

  function put(record: AddressRecord): void {
    remove(record.nodeId)
    book.set(record.nodeId, record)
    known.add(digestOf(record.bytes))
  }

  function remove(nodeId: NodeId): void {
    const record = book.get(nodeId)
    if (record !== undefined) known.delete(digestOf(record.bytes))
    book.delete(nodeId)
  }

  /** The record if it belongs into the book, `undefined` if the book has it or a newer one. */
  function judge(bytes: Uint8Array): Verdict<AddressRecord | undefined> {
    if (known.has(digestOf(bytes))) return accept(undefined)
    const opened = openAddressRecord(bytes, network)
    if (!opened.ok) return opened
    const { nodeId, sequence } = opened.value
    if (!isMember(nodeId)) return refuse('NODE_UNKNOWN', { nodeId })
    if (sequence > clock.now() + LIMITS.clockSkewMs) return refuse('CLOCK_BACKWARD', { nodeId })
    const isNewer = sequence > (book.get(nodeId)?.sequence ?? -1)
    return accept(isNewer ? opened.value : undefined)
  }

  function learn(bytes: Uint8Array, learned: AddressRecord[]): Verdict<boolean> {
    const judged = judge(bytes)
    if (!judged.ok) return judged
    if (judged.value === undefined) return accept(false)
    put(judged.value)
    learned.push(judged.value)
    return accept(true)
  }

  function learnAll(records: readonly Uint8Array[]): readonly Verdict<boolean>[] {
    const learned: AddressRecord[] = []
    const verdicts = records.map((bytes) => learn(bytes, learned))
    if (learned.length > 0) store.save(learned)
    return verdicts
  }

  for (const bytes of store.load()) {
    const opened = openAddressRecord(bytes, network)
    // A record that no longer opens is as good as none: its node will send it again.
    if (opened.ok && isMember(opened.value.nodeId)) put(opened.value)
  }

  return {
    learn: (bytes) => learnAll([bytes])[0] ?? accept(false),
    learnAll,
    addressesOf: (nodeId) => book.get(nodeId)?.addresses ?? [],
    records: () => [...book.values()],
    prune() {
      for (const nodeId of book.keys()) {
        if (isMember(nodeId)) continue
        remove(nodeId)
        store.remove(nodeId)
      }
    }
  }
}

function digestOf(bytes: Uint8Array): string {
  return toHex(sha256(bytes))
}
