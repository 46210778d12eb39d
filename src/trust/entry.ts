import * as z from 'zod'
import { DOMAINS } from '../crypto/domains.ts'
import { type PrivateKey, PUBLIC_KEY_BYTES, type PublicKey } from '../crypto/ed25519.ts'
import { openEnvelope, parseEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, unixMillis, unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { inviteIdSchema } from '../identity/invite.ts'
import { nameSchema } from '../identity/name.ts'
import { networkIdSchema } from '../identity/network-id.ts'
import { nodeIdSchema } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import { leafHash } from './merkle.ts'

export const GENESIS_NONCE_BYTES = 16

const serialSchema = z.string().regex(/^[0-9a-f]{32}$/)

/** What every entry says: its position in the log of its network, and when it was written. */
const common = {
  version: z.literal(1),
  network: networkIdSchema,
  /** From 0, without gaps. */
  index: unsigned,
  /** Unix milliseconds; never before that of the previous entry. */
  time: unixMillis
}

const genesisSchema = z.strictObject({
  ...common,
  type: z.literal('genesis'),
  /** Empty: the id of the network is the hash of this entry. */
  network: z.literal(''),
  name: nameSchema,
  authorityKey: bytesOf(PUBLIC_KEY_BYTES),
  /** Two networks of one authority, name and time are still two networks. */
  nonce: bytesOf(GENESIS_NONCE_BYTES)
})

const memberAddedSchema = z.strictObject({
  ...common,
  type: z.literal('member-added'),
  member: nameSchema,
  groups: z
    .array(nameSchema)
    .max(LIMITS.groupsPerNodeMax)
    .refine((groups) => new Set(groups).size === groups.length)
})

const nodeEnrolledSchema = z.strictObject({
  ...common,
  type: z.literal('node-enrolled'),
  member: nameSchema,
  node: nameSchema,
  nodeId: nodeIdSchema,
  /** Serial number of the first certificate. */
  serial: serialSchema,
  /** End of the first certificate, Unix milliseconds. */
  notAfter: unixMillis,
  /** How the node was enrolled, for example `invite`. */
  method: nameSchema,
  assurance: unsigned.max(LIMITS.assuranceMax),
  /** Id of the invite that was used, or empty. */
  invite: z.union([z.literal(''), inviteIdSchema])
})

const revokedSchema = z.strictObject({
  ...common,
  type: z.literal('revoked'),
  target: z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('serial'), value: serialSchema }),
    z.strictObject({ by: z.literal('node'), value: nodeIdSchema }),
    z.strictObject({ by: z.literal('member'), value: nameSchema })
  ]),
  /** For people; no rule reads it. */
  reason: z.string().max(LIMITS.revocationReasonLengthMax)
})

const entrySchema = z.discriminatedUnion('type', [
  genesisSchema,
  memberAddedSchema,
  nodeEnrolledSchema,
  revokedSchema
])

/** Creates the network and names the first authority key. */
export type Genesis = z.infer<typeof genesisSchema>
/** A new member with its groups. */
export type MemberAdded = z.infer<typeof memberAddedSchema>
/** A node of a member got a certificate. */
export type NodeEnrolled = z.infer<typeof nodeEnrolledSchema>
/** A certificate, a node or a member with all its nodes lost its place, for good. */
export type Revoked = z.infer<typeof revokedSchema>
export type RevocationTarget = Revoked['target']
export type TrustEntry = Genesis | MemberAdded | NodeEnrolled | Revoked

/** An entry with the bytes that were signed; what it says holds only where a state applied it. */
export interface SignedEntry {
  readonly entry: TrustEntry
  readonly signer: PublicKey
  readonly bytes: Uint8Array
  /** The leaf hash of `bytes` (RFC 9162 §2.1.1). */
  readonly hash: Uint8Array
}

type EntryFault = 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED' | 'SIGNATURE_INVALID'

/** Signs an entry; the bytes returned are the entry from then on. */
export function sealEntry(entry: TrustEntry, key: PrivateKey): Uint8Array {
  return sealEnvelope(DOMAINS.trustEntry, encodeCbor(entry), key)
}

/**
 * Reads an entry from anywhere: at most `LIMITS.trustEntryBytesMax`, its signature, its one form.
 * Whether the signer was entitled is for {@link TrustState.apply} to say.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`.
 */
export function parseEntry(bytes: Uint8Array): Verdict<SignedEntry, EntryFault> {
  const bounded = requireSize(bytes)
  if (!bounded.ok) return bounded
  const opened = openEnvelope(DOMAINS.trustEntry, bytes)
  return opened.ok ? decodeEntry(bytes, opened.value) : opened
}

/**
 * Reads an entry of the own store without verifying its signature. Safe only where the hash is
 * then compared with a signed root: `TrustLog.load` does.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`.
 */
export function parseStoredEntry(
  bytes: Uint8Array
): Verdict<SignedEntry, Exclude<EntryFault, 'SIGNATURE_INVALID'>> {
  const bounded = requireSize(bytes)
  if (!bounded.ok) return bounded
  const parsed = parseEnvelope(DOMAINS.trustEntry, bytes)
  return parsed.ok ? decodeEntry(bytes, parsed.value) : parsed
}

function requireSize(bytes: Uint8Array): Verdict<void, 'MESSAGE_TOO_LARGE'> {
  const bytesMax = LIMITS.trustEntryBytesMax
  return bytes.length <= bytesMax
    ? accept(undefined)
    : refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
}

function decodeEntry(
  bytes: Uint8Array,
  { signer, payload }: { readonly signer: PublicKey; readonly payload: Uint8Array }
): Verdict<SignedEntry, 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED'> {
  const entry = decodeCbor(payload, entrySchema, LIMITS.trustEntryBytesMax)
  return entry.ok ? accept({ entry: entry.value, signer, bytes, hash: leafHash(bytes) }) : entry
}
