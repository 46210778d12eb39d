import * as z from 'zod'
import { sha256 } from '../crypto/digest.ts'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import { type NetworkId, networkIdSchema } from './network-id.ts'
import { type NodeId, nodeIdOf } from './node-id.ts'

export const INSTANCE_BYTES = 16
export const CHALLENGE_BYTES = 32

const schema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  /** Drawn at random when the process started. */
  instance: bytesOf(INSTANCE_BYTES),
  /** What the asker sent: the statement was signed after it. */
  challenge: bytesOf(CHALLENGE_BYTES)
})

/** The statement of one running process of a node that it is alive. */
export interface SignOfLife {
  readonly nodeId: NodeId
  readonly instance: Uint8Array
  readonly challenge: Uint8Array
}

export function sealSignOfLife(
  content: Omit<SignOfLife, 'nodeId'> & { readonly network: NetworkId },
  key: PrivateKey
): Uint8Array {
  return sealEnvelope(DOMAINS.signOfLife, encodeCbor({ version: 1, ...content }), key)
}

/** Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`, `WRONG_NETWORK`. */
export function openSignOfLife(bytes: Uint8Array, network: NetworkId): Verdict<SignOfLife> {
  const bytesMax = LIMITS.signOfLifeBytesMax
  if (bytes.length > bytesMax) return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  const opened = openEnvelope(DOMAINS.signOfLife, bytes)
  if (!opened.ok) return opened
  const decoded = decodeCbor(opened.value.payload, schema, bytesMax)
  if (!decoded.ok) return decoded
  if (decoded.value.network !== network) return refuse('WRONG_NETWORK')
  const { instance, challenge } = decoded.value
  return accept({ nodeId: nodeIdOf(opened.value.signer), instance, challenge })
}

/** The challenge by which the next statement answers this one. */
export function challengeAfter(statement: Uint8Array): Uint8Array {
  return sha256(statement)
}

/** Three statements of one node: by one process, by another one, and by the first again. */
export type TwinProof = readonly [first: Uint8Array, second: Uint8Array, again: Uint8Array]

/**
 * Verifies that two processes with one node key were alive at once, whoever says so: the first was
 * there before the second signed, since that answers it, and after it, since it answers that. A
 * node that runs once cannot have signed these, however often and with whatever clock it restarts.
 *
 * Faults: those of {@link openSignOfLife}; `MESSAGE_MALFORMED` where the statements are of several
 * nodes, do not answer each other, or prove no more than one process.
 */
export function verifyTwins(proof: TwinProof, network: NetworkId): Verdict<NodeId> {
  const [first, second, again] = proof.map((bytes) => openSignOfLife(bytes, network))
  if (!first?.ok) return first ?? refuse('MESSAGE_MALFORMED')
  if (!second?.ok) return second ?? refuse('MESSAGE_MALFORMED')
  if (!again?.ok) return again ?? refuse('MESSAGE_MALFORMED')
  const { nodeId, instance } = first.value
  const areOfOne = second.value.nodeId === nodeId && again.value.nodeId === nodeId
  const isChain =
    equalBytes(second.value.challenge, challengeAfter(proof[0])) &&
    equalBytes(again.value.challenge, challengeAfter(proof[1]))
  const isReturn =
    equalBytes(again.value.instance, instance) && !equalBytes(second.value.instance, instance)
  return areOfOne && isChain && isReturn ? accept(nodeId) : refuse('MESSAGE_MALFORMED')
}
