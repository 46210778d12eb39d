import { multiaddr } from '@multiformats/multiaddr'
import * as z from 'zod'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import { isDialable } from './dialable-address.ts'

/** Where a node says that it can be reached. Whether that node is a member is another question. */
export interface AddressRecord {
  readonly nodeId: NodeId
  /** TCP multiaddrs as text, without `/p2p/`. */
  readonly addresses: readonly string[]
  /** Rises with every record of the node; Unix milliseconds of signing. */
  readonly sequence: number
  /** As signed: what is stored and passed on. */
  readonly bytes: Uint8Array
}

const schema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  addresses: z
    .array(z.string().max(LIMITS.addressBytesMax).refine(isListable))
    .max(LIMITS.addressesPerPeerMax),
  sequence: unsigned
})

/** Signs the addresses of the own node, as an envelope of the domain `peerage/addresses/v1`. */
export function sealAddressRecord(
  content: {
    readonly network: NetworkId
    readonly addresses: readonly string[]
    readonly sequence: number
  },
  key: PrivateKey
): Uint8Array {
  return sealEnvelope(DOMAINS.addresses, encodeCbor({ version: 1, ...content }), key)
}

/**
 * Opens a record from anywhere; only its own node can have signed it, whoever passes it on.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`, `WRONG_NETWORK`.
 */
export function openAddressRecord(bytes: Uint8Array, network: NetworkId): Verdict<AddressRecord> {
  const bytesMax = LIMITS.addressRecordBytesMax
  if (bytes.length > bytesMax) return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  const opened = openEnvelope(DOMAINS.addresses, bytes)
  if (!opened.ok) return opened
  const decoded = decodeCbor(opened.value.payload, schema, bytesMax)
  if (!decoded.ok) return decoded
  const { addresses, sequence } = decoded.value
  if (decoded.value.network !== network) return refuse('WRONG_NETWORK')
  return accept({ nodeId: nodeIdOf(opened.value.signer), addresses, sequence, bytes })
}

/**
 * What a record can hold of `addresses`, which may end in `/p2p/`: every record of more than
 * `LIMITS.addressesPerPeerMax`, or with one that is no plain TCP address, would be refused whole.
 */
export function listableAddresses(addresses: readonly string[]): readonly string[] {
  const plain = addresses.map((address) => address.replace(/\/p2p\/[^/]*$/, ''))
  return [...new Set(plain.filter(isListable))].slice(0, LIMITS.addressesPerPeerMax)
}

/** One TCP address in the only spelling of its text; the node id is that of the signer. */
function isListable(text: string): boolean {
  try {
    const address = multiaddr(text)
    if (!isDialable(address) || address.toString() !== text) return false
    const [host, , peer] = address.getComponents()
    return peer === undefined && host?.value !== '0.0.0.0' && host?.value !== '::'
  } catch {
    // Thrown for nothing but text that is no multiaddr, which is this function's answer.
    return false
  }
}
