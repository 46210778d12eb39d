import * as z from 'zod'
import { sha256 } from '../crypto/digest.ts'
import { DOMAINS, type Domain } from '../crypto/domains.ts'
import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import { openEnvelope, parseEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { equalBytes, toHex } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, unixMillis } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { networkIdSchema } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Statement } from './entry.ts'

export const PROPOSAL_BYTES = 16

const approvalSchema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  /** Random; one proposal becomes one entry, so that an approval cannot be used twice. */
  proposal: bytesOf(PROPOSAL_BYTES),
  /** {@link statementDigest} of what is approved. */
  statement: bytesOf(32),
  /** An entry of a later time cannot use the approval. */
  expiresAt: unixMillis
})

/** The consent of one node's key to one statement. */
export type Approval = z.infer<typeof approvalSchema>

const possessionSchema = z.strictObject({ version: z.literal(1), network: networkIdSchema })

/** Says nothing but that its signer has the private key. */
export type Possession = z.infer<typeof possessionSchema>

/** An approval as an entry carries it; whether its key may approve is for the state to say. */
export interface ApprovedBy {
  readonly key: PublicKey
  /** In hex. */
  readonly proposal: string
  readonly expiresAt: UnixMillis
}

export type ApprovalFault = 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED' | 'SIGNATURE_INVALID'

/** What an approval signs for: every field of the statement but the approvals themselves. */
export function statementDigest(statement: Statement): Uint8Array {
  return sha256(encodeCbor('approvals' in statement ? { ...statement, approvals: [] } : statement))
}

/** Signs an approval; the bytes returned are what the entry carries. */
export function sealApproval(approval: Omit<Approval, 'version'>, key: PrivateKey): Uint8Array {
  return sealEnvelope(DOMAINS.approval, encodeCbor({ version: 1, ...approval }), key)
}

/** Signs that a member does not want it; no entry carries that. */
export function sealRejection(rejection: Omit<Approval, 'version'>, key: PrivateKey): Uint8Array {
  return sealEnvelope(DOMAINS.rejection, encodeCbor({ version: 1, ...rejection }), key)
}

/** Opens what a node said about one proposal. */
export function openVote(
  vote: 'approval' | 'rejection',
  bytes: Uint8Array
): Verdict<{ readonly signer: PublicKey; readonly content: Approval }, ApprovalFault> {
  return open(DOMAINS[vote], bytes, approvalSchema, true)
}

/** Proves possession of a new authority key of `network`. */
export function sealPossession(network: string, key: PrivateKey): Uint8Array {
  return sealEnvelope(DOMAINS.authorityKey, encodeCbor({ version: 1, network }), key)
}

/**
 * Opens the approvals of an entry, each of which must be for exactly `statement` in `network`.
 * `verify: false` leaves the signatures out: only for bytes that a signed root vouches for.
 */
export function openApprovals(
  approvals: readonly Uint8Array[],
  expected: { readonly network: string; readonly statement: Statement; readonly verify: boolean }
): Verdict<readonly ApprovedBy[], ApprovalFault> {
  const approvers: ApprovedBy[] = []
  if (approvals.length === 0) return accept(approvers)
  const digest = statementDigest(expected.statement)
  for (const bytes of approvals) {
    const opened = open(DOMAINS.approval, bytes, approvalSchema, expected.verify)
    if (!opened.ok) return opened
    const { signer, content } = opened.value
    if (content.network !== expected.network || !equalBytes(content.statement, digest)) {
      return refuse('MESSAGE_MALFORMED', { path: 'approvals' })
    }
    const { proposal, expiresAt } = content
    approvers.push({ key: signer, proposal: toHex(proposal), expiresAt })
  }
  return accept(approvers)
}

/** Whether `bytes` show that whoever holds `key` wants it in `network`; `verify` as above. */
export function openPossession(
  bytes: Uint8Array,
  expected: { readonly network: string; readonly key: Uint8Array; readonly verify: boolean }
): Verdict<void, ApprovalFault> {
  const opened = open(DOMAINS.authorityKey, bytes, possessionSchema, expected.verify)
  if (!opened.ok) return opened
  const { signer, content } = opened.value
  return content.network === expected.network && equalBytes(signer.bytes, expected.key)
    ? accept(undefined)
    : refuse('MESSAGE_MALFORMED', { path: 'possession' })
}

function open<T>(
  domain: Domain,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
  verify: boolean
): Verdict<{ readonly signer: PublicKey; readonly content: T }, ApprovalFault> {
  const opened = verify ? openEnvelope(domain, bytes) : parseEnvelope(domain, bytes)
  if (!opened.ok) return opened
  const { signer, payload } = opened.value
  const decoded = decodeCbor(payload, schema, LIMITS.approvalBytesMax)
  return decoded.ok ? accept({ signer, content: decoded.value }) : decoded
}
