import * as z from 'zod'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { equalBytes, toHex } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, bytesUpTo, unixMillis } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { PROPOSAL_BYTES } from './approval.ts'
import { parseStatement, type Statement } from './entry.ts'

const proposalSchema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  /** Random; what approvals name, so that one proposal becomes one entry. */
  proposal: bytesOf(PROPOSAL_BYTES),
  /** CBOR of the entry to be, without its place and time, and with no approvals. */
  statement: bytesUpTo(LIMITS.trustEntryBytesMax),
  createdAt: unixMillis,
  expiresAt: unixMillis
})

/** A decision that waits for the consent of approvers. */
export interface Proposal {
  /** In hex. */
  readonly id: string
  readonly nonce: Uint8Array
  readonly statement: Statement
  readonly createdAt: UnixMillis
  readonly expiresAt: UnixMillis
  /** The authority key, or the key of a node of an approver. */
  readonly proposer: PublicKey
  /** As signed. */
  readonly bytes: Uint8Array
}

export function sealProposal(
  proposal: {
    readonly network: NetworkId
    readonly proposal: Uint8Array
    readonly statement: Statement
    readonly createdAt: UnixMillis
    readonly expiresAt: UnixMillis
  },
  key: PrivateKey
): Uint8Array {
  const statement = encodeCbor(withoutApprovals(proposal.statement))
  return sealEnvelope(DOMAINS.proposal, encodeCbor({ version: 1, ...proposal, statement }), key)
}

/**
 * Whether its signer may propose is for the reader to say. Faults: `MESSAGE_TOO_LARGE`,
 * `MESSAGE_MALFORMED`, `SIGNATURE_INVALID`, `WRONG_NETWORK`.
 */
export function openProposal(bytes: Uint8Array, network: NetworkId): Verdict<Proposal> {
  if (bytes.length > LIMITS.trustEntryBytesMax) return refuse('MESSAGE_TOO_LARGE')
  const opened = openEnvelope(DOMAINS.proposal, bytes)
  if (!opened.ok) return opened
  const { signer, payload } = opened.value
  const decoded = decodeCbor(payload, proposalSchema, LIMITS.trustEntryBytesMax)
  if (!decoded.ok) return decoded
  const { proposal, createdAt, expiresAt } = decoded.value
  if (decoded.value.network !== network) return refuse('WRONG_NETWORK')
  const isBounded = expiresAt > createdAt && expiresAt - createdAt <= LIMITS.proposalLifetimeMs
  if (!isBounded) return refuse('MESSAGE_MALFORMED', { path: 'expiresAt' })
  const fields = decodeCbor(decoded.value.statement, z.looseObject({}), LIMITS.trustEntryBytesMax)
  if (!fields.ok) return fields
  const statement = parseStatement(fields.value, network)
  if (!statement.ok) return statement
  const form = encodeCbor(withoutApprovals(statement.value))
  if (!equalBytes(form, decoded.value.statement)) {
    return refuse('MESSAGE_MALFORMED', { path: 'statement' })
  }
  const id = toHex(proposal)
  return accept({
    ...{
      id,
      nonce: proposal,
      statement: statement.value,
      createdAt,
      expiresAt,
      proposer: signer,
      bytes
    }
  })
}

function withoutApprovals(statement: Statement): Statement {
  return 'approvals' in statement ? { ...statement, approvals: [] } : statement
}
