import * as z from 'zod'
import { sha256Hex } from '../crypto/digest.ts'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { openEnvelope, parseEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { RecentMap } from '../encoding/recent-map.ts'
import { bytesUpTo, unixMillis, unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { nameSchema } from '../identity/name.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { type RecordKey, recordLocation } from './location.ts'
import { ownerSchema } from './owner.ts'
import { recordNameSchema } from './record-name.ts'

const FORMS = ['plain', 'sealed', 'deleted'] as const
export type RecordForm = (typeof FORMS)[number]

/** What a writer says and signs. The signer is the key of the envelope around it. */
export interface RecordContent extends RecordKey {
  /** Counts from 1 and rises with every write under the same key; on the wire `recordVersion`. */
  readonly version: number
  /** When the writer signed it. */
  readonly storedAt: UnixMillis
  readonly lifetimeMs: number
  /**
   * `sealed`: name and value are for its readers only (sealed-value.ts). `deleted`: the record is
   * gone, and its value is empty (a tombstone, RFC 6940 §7.4.1.3).
   */
  readonly form: RecordForm
  readonly value: Uint8Array
}

declare const verified: unique symbol

/**
 * A record of this network whose signature holds. Made by {@link openRecord} only. Whether it may
 * be here and may replace what is here are the questions of `admitRecord` and `supersedeRecord`.
 */
export interface VerifiedRecord extends RecordContent {
  /** The signed bytes: what is stored, sent and hashed; never encoded again. */
  readonly bytes: Uint8Array
  /** `sha256:` and hex over {@link bytes}. */
  readonly digest: string
  /** 32 bytes. */
  readonly location: Uint8Array
  /** Whose key signed it: a node, or the authority, written as a node id too. */
  readonly signer: NodeId
  readonly expiresAt: UnixMillis
  readonly [verified]: true
}

const wireSchema = z
  .strictObject({
    version: z.literal(1),
    network: networkIdSchema,
    kind: nameSchema,
    owner: ownerSchema,
    name: recordNameSchema,
    recordVersion: unsigned.min(1),
    storedAt: unixMillis,
    lifetimeMs: unsigned.min(1),
    form: z.enum(FORMS),
    value: bytesUpTo(LIMITS.recordBytesMax)
  })
  .refine(({ form, value }) => form !== 'deleted' || value.length === 0)

/** Signs a record as a libp2p envelope of the domain `peerage/record/v1`. */
export function sealRecord(content: RecordContent, key: PrivateKey): Uint8Array {
  const { version: recordVersion, ...rest } = content
  const wire: z.infer<typeof wireSchema> = { ...rest, version: 1, recordVersion }
  return sealEnvelope(DOMAINS.record, encodeCbor(wireSchema.parse(wire)), key)
}

export type RecordFormatFault =
  | 'RECORD_TOO_LARGE'
  | 'RECORD_MALFORMED'
  | 'RECORD_SIGNATURE_INVALID'
  | 'WRONG_NETWORK'

/**
 * Opens untrusted bytes: size before decoding, signature, one canonical form, this network. The
 * same function runs at put, store, fetch and load from disk (SR-INT-2).
 *
 * Faults: `RECORD_TOO_LARGE`, `RECORD_MALFORMED`, `RECORD_SIGNATURE_INVALID`, `WRONG_NETWORK`.
 */
export function openRecord(
  bytes: Uint8Array,
  network: NetworkId
): Verdict<VerifiedRecord, RecordFormatFault> {
  if (bytes.length > LIMITS.recordBytesMax) {
    return refuse('RECORD_TOO_LARGE', { bytes: bytes.length, bytesMax: LIMITS.recordBytesMax })
  }
  const digest = recordDigest(bytes)
  const envelope = openOnce(bytes, digest)
  if (!envelope.ok) {
    return refuse(
      envelope.fault === 'SIGNATURE_INVALID' ? 'RECORD_SIGNATURE_INVALID' : 'RECORD_MALFORMED'
    )
  }
  const decoded = decodeCbor(envelope.value.payload, wireSchema, LIMITS.recordBytesMax)
  if (!decoded.ok) return refuse('RECORD_MALFORMED', decoded.detail)
  const { version: _format, recordVersion, ...rest } = decoded.value
  if (rest.network !== network) return refuse('WRONG_NETWORK')
  return accept({
    ...rest,
    version: recordVersion,
    bytes,
    digest,
    location: recordLocation(rest),
    signer: nodeIdOf(envelope.value.signer),
    expiresAt: rest.storedAt + rest.lifetimeMs
  } as VerifiedRecord)
}

/** Digests of what was verified before. */
const verifiedDigests = new RecentMap<string, true>(LIMITS.verifiedRecordsMax)

/**
 * The digest is over signature and key, too, so the very bytes of a good one are good: a holder
 * reads what it has stored from disk again and again.
 */
function openOnce(bytes: Uint8Array, digest: string): ReturnType<typeof openEnvelope> {
  if (verifiedDigests.has(digest)) return parseEnvelope(DOMAINS.record, bytes)
  const opened = openEnvelope(DOMAINS.record, bytes)
  if (opened.ok) verifiedDigests.set(digest, true)
  return opened
}

/** The digest by which people and nodes refer to a record: over the signed bytes. */
export function recordDigest(bytes: Uint8Array): string {
  return `sha256:${sha256Hex(bytes)}`
}
