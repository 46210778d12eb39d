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
import type { VerifiedRecord } from './record.ts'

/** What a holder signs once a record is synced to its disk (SR-STO-5). */
export interface StorageReceipt {
  readonly holder: NodeId
  readonly location: Uint8Array
  readonly digest: string
  readonly version: number
  /** When the holder had it on disk. */
  readonly storedAt: UnixMillis
  /** It keeps this version, or a newer one, so long: until the record expires. */
  readonly until: UnixMillis
  /** As signed: what is kept, and what a third party verifies. */
  readonly bytes: Uint8Array
}

const DIGEST = /^sha256:[0-9a-f]{64}$/

const receiptSchema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  location: bytesOf(32),
  digest: z.string().regex(DIGEST),
  recordVersion: unsigned.min(1),
  storedAt: unixMillis,
  until: unixMillis
})

/** Signs that this node has the record on disk now. */
export function sealReceipt(record: VerifiedRecord, now: UnixMillis, key: PrivateKey): Uint8Array {
  const { network, location, digest, version: recordVersion, expiresAt: until } = record
  const content = { version: 1, network, location, digest, recordVersion, storedAt: now, until }
  return sealEnvelope(DOMAINS.storageReceipt, encodeCbor(receiptSchema.parse(content)), key)
}

/**
 * Reads a receipt from anywhere; only the holder itself can have signed it.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`, `WRONG_NETWORK`.
 */
export function openReceipt(bytes: Uint8Array, network: NetworkId): Verdict<StorageReceipt> {
  const bytesMax = LIMITS.storageStatementBytesMax
  if (bytes.length > bytesMax) return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  const opened = openEnvelope(DOMAINS.storageReceipt, bytes)
  if (!opened.ok) return opened
  const decoded = decodeCbor(opened.value.payload, receiptSchema, bytesMax)
  if (!decoded.ok) return decoded
  if (decoded.value.network !== network) return refuse('WRONG_NETWORK')
  const { location, digest, recordVersion: version, storedAt, until } = decoded.value
  const holder = nodeIdOf(opened.value.signer)
  return accept({ holder, location, digest, version, storedAt, until, bytes })
}

/**
 * Whether bytes are the receipt of `holder` for this very record. A receipt of somebody else, or
 * for something else, acknowledges nothing.
 *
 * Faults: those of {@link openReceipt}, `RECORD_RECEIPT_INVALID`.
 */
export function admitReceipt(
  bytes: Uint8Array,
  holder: NodeId,
  record: VerifiedRecord
): Verdict<StorageReceipt> {
  const opened = openReceipt(bytes, record.network)
  if (!opened.ok) return opened
  const { digest, version, until } = opened.value
  // The digest is over the whole record, so the location follows from it.
  const isMeant =
    opened.value.holder === holder &&
    digest === record.digest &&
    version === record.version &&
    until === record.expiresAt
  return isMeant ? opened : refuse('RECORD_RECEIPT_INVALID')
}
