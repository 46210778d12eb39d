import * as z from 'zod'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, unixMillis, unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { networkIdSchema } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'

const checkpointSchema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  /** Number of entries. */
  size: unsigned.min(1),
  /** Merkle root over the first `size` entries (RFC 9162 §2.1.1). */
  root: bytesOf(32),
  /** When the authority said so, Unix milliseconds: its age is the freshness of the view. */
  time: unixMillis
})

/** The statement of an authority that at `time` its log had `size` entries under `root`. */
export type Checkpoint = z.infer<typeof checkpointSchema>

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint
  readonly signer: PublicKey
  readonly bytes: Uint8Array
}

/** Signs a checkpoint; the bytes returned are the checkpoint from then on. */
export function sealCheckpoint(checkpoint: Checkpoint, key: PrivateKey): Uint8Array {
  return sealEnvelope(DOMAINS.checkpoint, encodeCbor(checkpoint), key)
}

/**
 * Reads a checkpoint from anywhere: at most `LIMITS.checkpointBytesMax`, its signature, its one
 * form. Whether the signer is entitled and the root is ours is for the trust log to say.
 *
 * Faults: `CHECKPOINT_MALFORMED`, `SIGNATURE_INVALID`.
 */
export function parseCheckpoint(
  bytes: Uint8Array
): Verdict<SignedCheckpoint, 'CHECKPOINT_MALFORMED' | 'SIGNATURE_INVALID'> {
  const bytesMax = LIMITS.checkpointBytesMax
  if (bytes.length > bytesMax) {
    return refuse('CHECKPOINT_MALFORMED', { bytes: bytes.length, bytesMax })
  }
  const opened = openEnvelope(DOMAINS.checkpoint, bytes)
  if (!opened.ok) {
    return refuse(
      opened.fault === 'MESSAGE_MALFORMED' ? 'CHECKPOINT_MALFORMED' : opened.fault,
      opened.detail
    )
  }
  const { signer, payload } = opened.value
  const decoded = decodeCbor(payload, checkpointSchema, bytesMax)
  return decoded.ok
    ? accept({ checkpoint: decoded.value, signer, bytes })
    : refuse('CHECKPOINT_MALFORMED', decoded.detail)
}
