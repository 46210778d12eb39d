import { sha256 } from '../crypto/digest.ts'
import { compareBytes, parseText, utf8, xorBytes } from '../encoding/bytes.ts'
import { encodeVarint } from '../encoding/varint.ts'
import type { NetworkId } from '../identity/network-id.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { Kind } from './kind.ts'

/** What names a record within all networks; its hash is where the record lives. */
export interface RecordKey {
  readonly network: NetworkId
  readonly kind: string
  readonly owner: string
  readonly name: string
}

const LOCATION_DOMAIN = 'peerage/record-location/v1'
const DICTIONARY_DOMAIN = 'peerage/record-dictionary/v1'

/**
 * The 32-byte location of a record: SHA-256 over domain, network, kind, owner and name, each
 * prefixed with its length, so that no byte can move from one to the next.
 */
export function recordLocation(key: RecordKey): Uint8Array {
  return hashParts([LOCATION_DOMAIN, key.network, key.kind, key.owner, key.name])
}

/**
 * Where in the key space the holders of a record are looked for: at its location, but the entries
 * of a dictionary are together at a place that has no owner in it, so that one holder knows all.
 */
export function recordPlace(key: RecordKey, { model }: Kind): Uint8Array {
  return model === 'single'
    ? recordLocation(key)
    : hashParts([DICTIONARY_DOMAIN, key.network, key.kind, key.name])
}

function hashParts(texts: readonly string[]): Uint8Array {
  const parts: Uint8Array[] = []
  for (const text of texts) {
    const part = utf8(text)
    parts.push(encodeVarint(part.length), part)
  }
  return sha256(...parts)
}

/** Where a node stands in the key space: SHA-256 of its peer id as multihash bytes, as in kad-dht. */
export type PositionOf = (nodeId: NodeId) => Uint8Array

export const nodePosition: PositionOf = (nodeId) => {
  const multihash = parseText(nodeId, 'base58btc')
  if (!multihash.ok) throw new TypeError('not a node id')
  return sha256(multihash.value)
}

/** Remembers positions: decoding base58 costs more than everything else in a lookup. */
export function rememberedPositions(): PositionOf {
  const positions = new Map<NodeId, Uint8Array>()
  return (nodeId) => {
    const known = positions.get(nodeId)
    if (known !== undefined) return known
    const position = nodePosition(nodeId)
    positions.set(nodeId, position)
    return position
  }
}

/**
 * The k nodes closest to a location, closest first, by XOR distance (Kademlia §2.1). kad-dht hashes
 * the key it is asked for once more before it measures, so the target here is SHA-256 of the
 * location: asking kad-dht for the closest peers of `location` then names the same nodes.
 */
export function closestNodes(
  location: Uint8Array,
  nodeIds: Iterable<NodeId>,
  k: number,
  positionOf: PositionOf = nodePosition
): NodeId[] {
  const target = sha256(location)
  return [...new Set(nodeIds)]
    .map((nodeId) => ({ nodeId, distance: xorBytes(target, positionOf(nodeId)) }))
    .sort((a, b) => compareBytes(a.distance, b.distance))
    .slice(0, k)
    .map(({ nodeId }) => nodeId)
}
