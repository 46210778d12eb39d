import { equalSecrets, sha256 } from '../../crypto/digest.ts'
import type { PublicKey } from '../../crypto/ed25519.ts'
import { accept, type Refused, refuse, type Verdict } from '../../encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../../errors.ts'
import { nodeIdOf } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { CertificateStore } from '../../storage/certificate-store.ts'
import type { InviteStore, StoredInvite } from '../../storage/invite-store.ts'
import type { Clock } from '../../time/clock.ts'
import type { Authority } from '../../trust/authority.ts'
import type { TrustState } from '../../trust/state.ts'

export interface RedeemComponents {
  readonly invites: Pick<InviteStore, 'load'>
  readonly certificates: Pick<CertificateStore, 'load'>
  readonly authority: Pick<Authority, 'enroll'>
  readonly state: TrustState
  readonly clock: Clock
}

export interface Redemption {
  readonly invite: string
  readonly secret: Uint8Array
  /** The key that the connection of the joiner proved. */
  readonly publicKey: PublicKey
}

/** How an invite counts as proof of who enrolls (SR-AUTHN-1): possession of a bearer secret. */
const METHOD = 'invite'
const ASSURANCE = 1

/** Compared with when there is no such invite, so that this takes the same time. */
const NO_HASH = new Uint8Array(32)

/** What a stranger is told as it is; every other failure of the authority is our own affair. */
const TOLD: readonly ErrorCode[] = [
  'ALREADY_REVOKED',
  'MEMBER_SUSPENDED',
  'INVITE_USED',
  'NODE_ALREADY_ENROLLED',
  'NODE_NAME_TAKEN'
]

/**
 * Uses an invite for the key that the joiner's connection proved and returns its certificate.
 * Calls for one invite come one after the other.
 *
 * An invite is used in the moment in which the trust log holds the enrollment that names it, and
 * the log takes no second one. A joiner whose answer was lost, or whose desk was cut off at any
 * point, comes again with the same key: either nothing was enrolled and it is enrolled now, or it
 * gets the certificate that its entry names, which was on disk before the entry (`recordIssued`).
 * That is still one certificate: the same bytes, for a key that only this joiner has.
 *
 * Faults: `INVITE_UNKNOWN` (no such id, or a wrong secret: the two cannot be told apart),
 * `INVITE_USED`, `INVITE_REVOKED`, `INVITE_EXPIRED`, `CERTIFICATE_REVOKED`, `TOO_MANY_NODES`,
 * `NODE_NAME_TAKEN`, `NODE_ALREADY_ENROLLED`, `ALREADY_REVOKED` or `MEMBER_SUSPENDED` (the member). Throws what is a
 * failure of this node.
 */
export async function redeemInvite(
  components: RedeemComponents,
  { invite: id, secret, publicKey }: Redemption
): Promise<Verdict<Uint8Array>> {
  const { state, authority } = components
  const invite = components.invites.load(id)
  const isProved = equalSecrets(sha256(secret), invite?.secretHash ?? NO_HASH)
  if (invite === undefined || !isProved) return refuse('INVITE_UNKNOWN')
  const repeated = repeatEnrollment(components, id, publicKey)
  if (repeated !== undefined) return repeated
  const refusal = judgeInvite(components, invite)
  if (refusal !== undefined) return refusal
  try {
    const { certificate } = await authority.enroll({
      member: invite.member,
      // Groups belong to the member; those in the invite are for one that is new.
      groups: state.member(invite.member) === undefined ? invite.groups : [],
      node: invite.node,
      publicKey,
      method: METHOD,
      assurance: ASSURANCE,
      invite: id
    })
    return accept(certificate)
  } catch (error) {
    if (error instanceof PeerageError && TOLD.includes(error.code)) return refuse(error.code)
    throw error
  }
}

/** The answer where the invite was used; undefined where it was not. */
function repeatEnrollment(
  { state, certificates }: RedeemComponents,
  invite: string,
  publicKey: PublicKey
): Verdict<Uint8Array> | undefined {
  const node = state.nodeInvitedBy(invite)
  if (node === undefined) return undefined
  if (node.nodeId !== nodeIdOf(publicKey)) return refuse('INVITE_USED')
  const exclusion = state.exclusionOf(node)
  if (exclusion !== undefined) return refuse(exclusion.code)
  const issued = certificates.load(node.serial)
  if (issued === undefined) throw new PeerageError('STORAGE_DAMAGED', { serial: node.serial })
  return accept(issued.bytes)
}

function judgeInvite(
  { state, clock }: RedeemComponents,
  { member, revokedAt, expiresAt }: StoredInvite
): Refused | undefined {
  if (revokedAt !== undefined) return refuse('INVITE_REVOKED')
  if (clock.now() >= expiresAt) return refuse('INVITE_EXPIRED')
  return isMemberFull(state, member) ? refuse('TOO_MANY_NODES') : undefined
}

/** Whether the member has as many live nodes as `LIMITS.nodesPerMemberMax` (SR-ADM-4). */
export function isMemberFull(state: TrustState, member: string): boolean {
  const nodes = state.liveNodes().filter((node) => node.member === member)
  return nodes.length >= LIMITS.nodesPerMemberMax
}
