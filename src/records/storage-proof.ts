import * as z from 'zod'
import { sha256 } from '../crypto/digest.ts'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, unixMillis, unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { VerifiedRecord } from './record.ts'
import type { StorageReceipt } from './storage-receipt.ts'

const proofSchema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  location: bytesOf(32),
  nonce: bytesOf(LIMITS.auditNonceBytes),
  /** What is held; 0: nothing. */
  recordVersion: unsigned,
  /** SHA-256 over nonce and record; over the nonce alone where nothing is held. */
  proof: bytesOf(32),
  time: unixMillis
})

/** The signed answer of a holder to "show that you have it": a proof, or a denial. */
export interface StorageProof {
  readonly holder: NodeId
  readonly location: Uint8Array
  readonly nonce: Uint8Array
  /** 0: a denial. */
  readonly version: number
  readonly proof: Uint8Array
  readonly time: UnixMillis
  readonly bytes: Uint8Array
}

/** Signs what this node holds; undefined: nothing. */
export function sealProof(
  asked: Pick<StorageProof, 'location' | 'nonce' | 'time'> & { readonly network: NetworkId },
  held: VerifiedRecord | undefined,
  key: PrivateKey
): Uint8Array {
  const { network, location, nonce, time } = asked
  const proof = proofOf(nonce, held?.bytes)
  const content = { version: 1, network, location, nonce, proof, time }
  const wire = proofSchema.parse({ ...content, recordVersion: held?.version ?? 0 })
  return sealEnvelope(DOMAINS.storageProof, encodeCbor(wire), key)
}

/**
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`, `WRONG_NETWORK`.
 */
export function openProof(bytes: Uint8Array, network: NetworkId): Verdict<StorageProof> {
  const bytesMax = LIMITS.storageStatementBytesMax
  if (bytes.length > bytesMax) return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  const opened = openEnvelope(DOMAINS.storageProof, bytes)
  if (!opened.ok) return opened
  const decoded = decodeCbor(opened.value.payload, proofSchema, bytesMax)
  if (!decoded.ok) return decoded
  const { network: named, recordVersion: version, version: _format, ...rest } = decoded.value
  if (named !== network) return refuse('WRONG_NETWORK')
  return accept({ ...rest, version, holder: nodeIdOf(opened.value.signer), bytes })
}

/**
 * Whether a holder contradicts itself: it signed that it keeps a version until some time, and
 * before that time that it holds nothing, an older version, or other bytes. The denial has to be
 * later than the receipt by more than the tolerance: a clock that was set back between the two must
 * not make an honest holder a liar. Where the record is not at hand, its bytes are not compared.
 */
export function contradicts(
  receipt: StorageReceipt,
  proof: StorageProof,
  record: VerifiedRecord | undefined
): boolean {
  const isAbout =
    receipt.holder === proof.holder &&
    equalBytes(receipt.location, proof.location) &&
    proof.time > receipt.storedAt + LIMITS.clockSkewMs &&
    proof.time < receipt.until
  if (!isAbout || proof.version > receipt.version) return false
  if (proof.version < receipt.version) return true
  return (
    record?.digest === receipt.digest &&
    !equalBytes(proof.proof, proofOf(proof.nonce, record.bytes))
  )
}

function proofOf(nonce: Uint8Array, record: Uint8Array = new Uint8Array(0)): Uint8Array {
  return sha256(nonce, record)
}
