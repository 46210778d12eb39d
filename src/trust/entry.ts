import * as z from 'zod'
import { DOMAINS } from '../crypto/domains.ts'
import { type PrivateKey, PUBLIC_KEY_BYTES, type PublicKey } from '../crypto/ed25519.ts'
import { openEnvelope, parseEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { decodeCbor, decodeUnchanged, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, bytesUpTo, unixMillis, unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { inviteIdSchema } from '../identity/invite.ts'
import { nameSchema } from '../identity/name.ts'
import { networkIdSchema } from '../identity/network-id.ts'
import { nodeIdSchema } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import { type ApprovedBy, openApprovals, openPossession } from './approval.ts'
import { kindDeclarationSchema } from './kind-declaration.ts'
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

const publicKey = bytesOf(PUBLIC_KEY_BYTES)

/** For people; no rule reads it. */
const reason = z.string().max(LIMITS.revocationReasonLengthMax)

const groups = z
  .array(nameSchema)
  .max(LIMITS.groupsPerNodeMax)
  .refine((names) => new Set(names).size === names.length)

/** Facts about a member that policy can read, like `site` or `clearance`. */
const attributes = z
  .record(nameSchema, z.string().max(LIMITS.attributeLengthMax))
  .refine((facts) => Object.keys(facts).length <= LIMITS.attributesPerMemberMax)

/** Envelopes of {@link Approval}; none while one authority decides alone. */
const approvals = z.array(bytesUpTo(LIMITS.approvalBytesMax)).max(LIMITS.approversMax)

const genesisSchema = z.strictObject({
  ...common,
  type: z.literal('genesis'),
  /** Empty: the id of the network is the hash of this entry. */
  network: z.literal(''),
  name: nameSchema,
  authorityKey: publicKey,
  /** May sign nothing but `recovered`; empty: this network cannot be recovered. */
  recoveryKey: z.union([publicKey, bytesOf(0)]),
  /** Two networks of one authority, name and time are still two networks. */
  nonce: bytesOf(GENESIS_NONCE_BYTES)
})

const memberAddedSchema = z.strictObject({
  ...common,
  type: z.literal('member-added'),
  member: nameSchema,
  groups,
  attributes
})

const memberChangedSchema = z.strictObject({
  ...common,
  type: z.literal('member-changed'),
  member: nameSchema,
  groups,
  attributes
})

const memberSuspendedSchema = z.strictObject({
  ...common,
  type: z.literal('member-suspended'),
  member: nameSchema,
  reason
})

const memberResumedSchema = z.strictObject({
  ...common,
  type: z.literal('member-resumed'),
  member: nameSchema
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
  reason,
  /** Needed for a member only. */
  approvals
})

const kindSetSchema = z.strictObject({
  ...common,
  type: z.literal('kind-set'),
  kind: kindDeclarationSchema
})

const kindRetiredSchema = z.strictObject({
  ...common,
  type: z.literal('kind-retired'),
  kind: nameSchema
})

const policySetSchema = z.strictObject({
  ...common,
  type: z.literal('policy-set'),
  text: z.string().max(LIMITS.policyLengthMax),
  approvals
})

const authorityKeySchema = z.strictObject({
  ...common,
  type: z.literal('authority-key'),
  step: z.enum(['prepared', 'activated', 'tainted', 'revoked']),
  key: publicKey,
  /** With `prepared`: an envelope of {@link Possession} by the new key. Else empty. */
  possession: bytesUpTo(LIMITS.approvalBytesMax),
  approvals
})

const approversSetSchema = z.strictObject({
  ...common,
  type: z.literal('approvers-set'),
  members: z
    .array(nameSchema)
    .max(LIMITS.approversMax)
    .refine((names) => new Set(names).size === names.length),
  /** How many of them have to agree; 0 with no members: the authority decides alone. */
  threshold: unsigned.max(LIMITS.approversMax),
  approvals
})

const recoveredSchema = z.strictObject({
  ...common,
  type: z.literal('recovered'),
  /** The new active authority key. */
  key: publicKey,
  possession: bytesUpTo(LIMITS.approvalBytesMax),
  /** Replaces the recovery key that signs this entry; empty: no further recovery. */
  recoveryKey: z.union([publicKey, bytesOf(0)]),
  reason
})

const entrySchema = z.discriminatedUnion('type', [
  genesisSchema,
  memberAddedSchema,
  memberChangedSchema,
  memberSuspendedSchema,
  memberResumedSchema,
  nodeEnrolledSchema,
  revokedSchema,
  kindSetSchema,
  kindRetiredSchema,
  policySetSchema,
  authorityKeySchema,
  approversSetSchema,
  recoveredSchema
])

/** Creates the network and names the first authority key. */
export type Genesis = z.infer<typeof genesisSchema>
/** A new member with its groups and attributes. */
export type MemberAdded = z.infer<typeof memberAddedSchema>
/** All groups and attributes of a member from now on; no certificate is issued again. */
export type MemberChanged = z.infer<typeof memberChangedSchema>
/** A member and its nodes are out until `member-resumed`. */
export type MemberSuspended = z.infer<typeof memberSuspendedSchema>
export type MemberResumed = z.infer<typeof memberResumedSchema>
/** A node of a member got a certificate. */
export type NodeEnrolled = z.infer<typeof nodeEnrolledSchema>
/** A certificate, a node or a member with all its nodes lost its place, for good. */
export type Revoked = z.infer<typeof revokedSchema>
export type RevocationTarget = Revoked['target']
/** A kind of records, new or declared anew. */
export type KindSet = z.infer<typeof kindSetSchema>
export type KindRetired = z.infer<typeof kindRetiredSchema>
/** The policy text of the network from now on. */
export type PolicySet = z.infer<typeof policySetSchema>
/** One step in the life of an authority key. */
export type AuthorityKeyStep = z.infer<typeof authorityKeySchema>
/** Whose consent grave entries need from now on. */
export type ApproversSet = z.infer<typeof approversSetSchema>
/** The recovery key put a new authority key in charge. */
export type Recovered = z.infer<typeof recoveredSchema>

export type TrustEntry = z.infer<typeof entrySchema>

type Stamp = 'version' | 'network' | 'index' | 'time'
type Unstamped<T> = T extends unknown ? Omit<T, Stamp> : never
/** What an entry decides, wherever in the log it will stand. */
export type Statement = Unstamped<Exclude<TrustEntry, Genesis>>

/** An entry with the bytes that were signed; what it says holds only where a state applied it. */
export interface SignedEntry {
  readonly entry: TrustEntry
  readonly signer: PublicKey
  /** Keys that approved it, each with a valid signature over exactly this statement. */
  readonly approvers: readonly ApprovedBy[]
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
 * Reads an entry from anywhere: at most `LIMITS.trustEntryBytesMax`, its signature, its one form,
 * the signatures that it carries. Whether who signed was entitled is for {@link TrustState.apply}
 * to say.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`.
 */
export function parseEntry(bytes: Uint8Array): Verdict<SignedEntry, EntryFault> {
  const bytesMax = LIMITS.trustEntryBytesMax
  if (bytes.length > bytesMax) return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  const opened = openEnvelope(DOMAINS.trustEntry, bytes)
  if (!opened.ok) return opened
  const { signer, payload } = opened.value
  const decoded = decodeCbor(payload, entrySchema, bytesMax)
  if (!decoded.ok) return decoded
  const entry = decoded.value
  const approvers = openSignatures(entry, true)
  if (!approvers.ok) return approvers
  return accept({ entry, signer, approvers: approvers.value, bytes, hash: leafHash(bytes) })
}

/**
 * Reads an entry of the own store, which was parsed before it was stored. Only for bytes whose hash
 * was found under a root that is signed: nothing but the envelope is looked at, and an approval
 * counts as it did then. Fault: `MESSAGE_MALFORMED`.
 */
export function readStoredEntry(
  bytes: Uint8Array,
  hash: Uint8Array
): Verdict<SignedEntry, EntryFault> {
  const opened = parseEnvelope(DOMAINS.trustEntry, bytes)
  if (!opened.ok) return opened
  const { signer, payload } = opened.value
  const entry = decodeUnchanged<TrustEntry>(payload)
  const approvers = openSignatures(entry, false)
  return approvers.ok
    ? accept({ entry, signer, approvers: approvers.value, bytes, hash })
    : approvers
}

/** The signatures within an entry. */
function openSignatures(
  entry: TrustEntry,
  verify: boolean
): Verdict<readonly ApprovedBy[], EntryFault> {
  const { network } = entry
  if ('possession' in entry && entry.possession.length > 0) {
    const { possession, key } = entry
    const possessed = openPossession(possession, { network, key, verify })
    if (!possessed.ok) return possessed
  }
  if (!('approvals' in entry)) return accept([])
  return openApprovals(entry.approvals, { network, statement: statementOf(entry), verify })
}

/** What an entry decides, without where and when. */
export function statementOf(entry: Exclude<TrustEntry, Genesis>): Statement {
  const { version: _version, network: _network, index: _index, time: _time, ...statement } = entry
  return statement as Statement
}

/** A statement in the form that entries of this network take. Fault: `MESSAGE_MALFORMED`. */
export function parseStatement(
  fields: object,
  network: string
): Verdict<Statement, 'MESSAGE_MALFORMED'> {
  const parsed = entrySchema.safeParse({ ...fields, version: 1, network, index: 0, time: 0 })
  if (parsed.success && parsed.data.type !== 'genesis') return accept(statementOf(parsed.data))
  return refuse('MESSAGE_MALFORMED', { path: parsed.error?.issues[0]?.path.join('.') ?? 'type' })
}
