import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey, PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import { concatBytes, equalBytes } from '../encoding/bytes.ts'
import { RecentMap } from '../encoding/recent-map.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'

/**
 * The same Ed25519 key in the form that libp2p wants: seed and public key. From the seed alone it
 * would compute the public key in JavaScript, which takes 15 ms on the way to ready.
 */
export function libp2pKeyOf(key: PrivateKey): Ed25519PrivateKey {
  const libp2pKey = privateKeyFromRaw(concatBytes([key.exportSeed(), key.publicKey.bytes]))
  if (libp2pKey.type !== 'Ed25519') throw new TypeError('libp2p takes 64 bytes for another key')
  // libp2p parses the key for each signature, which takes longer than to sign; and Noise has the same
  // key of its own signed in every handshake.
  let last: { readonly message: Uint8Array; readonly signature: Uint8Array } | undefined
  libp2pKey.sign = (bytes) => {
    const message = bytes.subarray()
    if (last === undefined || !equalBytes(last.message, message)) {
      last = { message: Uint8Array.from(message), signature: key.sign(message) }
    }
    return last.signature
  }
  return libp2pKey
}

const peerIds = new RecentMap<NodeId, PeerId>(LIMITS.parsedKeysMax)

/** Kept: to decode the text, and to encode it again for each look-up, took a third of a flood. */
export function peerIdOf(nodeId: NodeId): PeerId {
  return peerIds.getOrMake(nodeId, () => peerIdFromString(nodeId))
}

/** The key behind a peer id, or `undefined` for every type but Ed25519 (DESIGN invariant 3). */
export function publicKeyOfPeer(peerId: PeerId): PublicKey | undefined {
  return peerId.type === 'Ed25519'
    ? new PublicKey(Uint8Array.from(peerId.publicKey.raw))
    : undefined
}

/** The text form of an Ed25519 peer id is the node id; other types have none. */
export function nodeIdOfPeer(peerId: PeerId): NodeId | undefined {
  return peerId.type === 'Ed25519' ? (peerId.toString() as NodeId) : undefined
}
