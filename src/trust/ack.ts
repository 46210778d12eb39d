import * as z from 'zod'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, unixMillis, unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'

const ackSchema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  /** Everything before this position is in force at the signer. */
  size: unsigned.min(1),
  /** Merkle root over it: the signer says which history it means. */
  root: bytesOf(32),
  time: unixMillis
})

/** The statement of a node that it has applied the log up to a size: what is revoked is cut. */
export interface Ack {
  readonly nodeId: NodeId
  readonly size: number
  readonly root: Uint8Array
  readonly time: UnixMillis
  /** As signed: what is stored and passed on. */
  readonly bytes: Uint8Array
}

/** Signs an acknowledgment of the own node. */
export function sealAck(
  content: {
    readonly network: NetworkId
    readonly size: number
    readonly root: Uint8Array
    readonly time: UnixMillis
  },
  key: PrivateKey
): Uint8Array {
  return sealEnvelope(DOMAINS.ack, encodeCbor({ version: 1, ...content }), key)
}

/**
 * Reads an acknowledgment from anywhere; only its own node can have signed it. Whether that node
 * is a member, and the root ours, is for the caller to say.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`, `WRONG_NETWORK`.
 */
export function openAck(bytes: Uint8Array, network: NetworkId): Verdict<Ack> {
  const bytesMax = LIMITS.ackBytesMax
  if (bytes.length > bytesMax) return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  const opened = openEnvelope(DOMAINS.ack, bytes)
  if (!opened.ok) return opened
  const decoded = decodeCbor(opened.value.payload, ackSchema, bytesMax)
  if (!decoded.ok) return decoded
  if (decoded.value.network !== network) return refuse('WRONG_NETWORK')
  const { size, root, time } = decoded.value
  return accept({ nodeId: nodeIdOf(opened.value.signer), size, root, time, bytes })
}
