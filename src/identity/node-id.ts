import * as z from 'zod'
import { PUBLIC_KEY_BYTES, PublicKey } from '../crypto/ed25519.ts'
import type { Brand } from '../encoding/brand.ts'
import { concatBytes, equalBytes, parseText, toBase58, toHex } from '../encoding/bytes.ts'
import { RecentMap } from '../encoding/recent-map.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'

/**
 * The name of a node: its Ed25519 public key as a libp2p peer id in its legacy base58btc form,
 * `12D3KooW…` (libp2p peer-ids specification). Only Ed25519: other key types hash the key, so a
 * peer id would not prove which key was meant.
 */
export type NodeId = Brand<string, 'NodeId'>

/** Identity multihash of 36 bytes holding protobuf `PublicKey { Type: Ed25519, Data: 32 bytes }`. */
const PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)
const TEXT_LENGTH = 52

/** The newest names by their keys: base58 costs more than hashing a record, and nodes are few. */
const names = new RecentMap<string, NodeId>(LIMITS.parsedKeysMax)

export function nodeIdOf({ bytes }: PublicKey): NodeId {
  return names.getOrMake(toHex(bytes), () => toBase58(concatBytes([PREFIX, bytes])) as NodeId)
}

/** Checks the text of a node id. Fault: `INVALID_ARGUMENT`. */
export function parseNodeId(text: string): Verdict<NodeId, 'INVALID_ARGUMENT'> {
  return keyBytes(text) === undefined
    ? refuse('INVALID_ARGUMENT', { nodeId: text.slice(0, TEXT_LENGTH) })
    : accept(text as NodeId)
}

export function publicKeyOf(nodeId: NodeId): PublicKey {
  const bytes = keyBytes(nodeId)
  if (bytes === undefined) throw new TypeError('not a node id')
  return new PublicKey(bytes)
}

export const nodeIdSchema = z.custom<NodeId>(
  (value) => typeof value === 'string' && keyBytes(value) !== undefined,
  { error: 'expected a node id' }
)

function keyBytes(text: string): Uint8Array | undefined {
  // Base58 decoding is quadratic: the length bound keeps hostile text cheap.
  if (text.length !== TEXT_LENGTH) return undefined
  const decoded = parseText(text, 'base58btc')
  if (!decoded.ok || decoded.value.length !== PREFIX.length + PUBLIC_KEY_BYTES) return undefined
  if (!equalBytes(decoded.value.subarray(0, PREFIX.length), PREFIX)) return undefined
  return decoded.value.slice(PREFIX.length)
}
