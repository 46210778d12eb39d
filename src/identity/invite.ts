import * as z from 'zod'
import { DOMAINS } from '../crypto/domains.ts'
import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import { openEnvelope, sealEnvelope } from '../crypto/envelope.ts'
import { parseText, toBase64url } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesOf, unixMillis } from '../encoding/schema.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { authorityFingerprint } from './certificate.ts'
import { nameSchema } from './name.ts'
import { type NetworkId, networkIdSchema } from './network-id.ts'
import { parseNodeId } from './node-id.ts'

export const INVITE_PREFIX = 'peerage1:'
export const INVITE_ID_BYTES = 8
export const INVITE_SECRET_BYTES = 32

/** 16 lowercase hex digits: names an invite in lists and in the trust log; it proves nothing. */
export const inviteIdSchema = z.string().regex(/^[0-9a-f]{16}$/)

const groupsSchema = z
  .array(nameSchema)
  .max(LIMITS.groupsPerNodeMax)
  .refine((groups) => new Set(groups).size === groups.length)

/** A multiaddr as text that ends in the id of the front desk; the overlay reads the rest of it. */
const frontDeskAddressSchema = z
  .string()
  .max(LIMITS.addressBytesMax)
  .refine((address) => /^\/[\x21-\x7e]+$/.test(address) && endsInNodeId(address))

const inviteSchema = z.strictObject({
  version: z.literal(1),
  network: networkIdSchema,
  networkName: nameSchema,
  id: inviteIdSchema,
  secret: bytesOf(INVITE_SECRET_BYTES),
  member: nameSchema,
  node: nameSchema,
  groups: groupsSchema,
  expiresAt: unixMillis,
  frontDesk: z.array(frontDeskAddressSchema).min(1).max(LIMITS.addressesPerPeerMax)
})

/**
 * A one-time permission to enroll one node. Whoever holds the secret may use it once; member, node
 * and groups are shown to them, but what counts is what the authority stored under the id.
 */
export interface Invite {
  readonly version: 1
  readonly network: NetworkId
  readonly networkName: string
  readonly id: string
  /** 32 bytes; the authority keeps only their SHA-256. */
  readonly secret: Uint8Array
  readonly member: string
  readonly node: string
  readonly groups: readonly string[]
  readonly expiresAt: UnixMillis
  /** Multiaddrs of the front desk, each with `/p2p/` and its id. */
  readonly frontDesk: readonly string[]
}

/** An invite whose signature holds. It pins the authority: no other key is trusted on joining. */
export interface OpenedInvite extends Invite {
  readonly authorityKey: PublicKey
  /** `sha256:` and the hash of the authority key, to be compared over another way (SR-ID-3). */
  readonly fingerprint: string
}

export interface InviteExpectation {
  /** The own clock; an expired invite is tolerated for `LIMITS.clockSkewMs`: the desk decides. */
  readonly now: UnixMillis
  /** The network of this home, when it has one. */
  readonly network?: NetworkId
  /** The authority that the reader was told about over another way. */
  readonly fingerprint?: string
}

type InviteFault =
  | 'INVITE_MALFORMED'
  | 'INVITE_TAMPERED'
  | 'INVITE_EXPIRED'
  | 'INVITE_WRONG_NETWORK'

/**
 * Signs an invite with the authority key: `peerage1:` and the base64url of the envelope.
 *
 * Throws `INVALID_ARGUMENT` for what no reader would accept: wrong names, no address, or a text
 * above `LIMITS.inviteBytesMax`.
 */
export function sealInvite(invite: Invite, key: PrivateKey): string {
  const checked = inviteSchema.safeParse(invite)
  if (!checked.success) {
    throw new PeerageError('INVALID_ARGUMENT', {
      invite: checked.error.issues[0]?.path.join('.') ?? ''
    })
  }
  const envelope = sealEnvelope(DOMAINS.invite, encodeCbor(checked.data), key)
  const text = INVITE_PREFIX + toBase64url(envelope)
  if (text.length > LIMITS.inviteBytesMax) {
    throw new PeerageError('INVALID_ARGUMENT', { inviteBytesMax: LIMITS.inviteBytesMax })
  }
  return text
}

/**
 * Reads the text of an invite; white space around it is ignored, since people copy it. Nothing is
 * dialed for a text that fails here.
 *
 * Faults: `INVITE_MALFORMED`, `INVITE_TAMPERED` (signature, or not the expected authority),
 * `INVITE_WRONG_NETWORK`, `INVITE_EXPIRED`.
 */
export function openInvite(
  text: string,
  expected: InviteExpectation
): Verdict<OpenedInvite, InviteFault> {
  const invite = readInvite(text)
  if (!invite.ok) return invite
  const fault = judgeInvite(invite.value, expected)
  return fault ?? invite
}

function readInvite(text: string): Verdict<OpenedInvite, 'INVITE_MALFORMED' | 'INVITE_TAMPERED'> {
  // The bound comes before trimming and decoding; two bytes are room for a line end.
  if (text.length > LIMITS.inviteBytesMax + 2) return refuse('INVITE_MALFORMED')
  const trimmed = text.trim()
  if (!trimmed.startsWith(INVITE_PREFIX)) return refuse('INVITE_MALFORMED')
  const bytes = parseText(trimmed.slice(INVITE_PREFIX.length), 'base64url')
  if (!bytes.ok) return refuse('INVITE_MALFORMED')
  const envelope = openEnvelope(DOMAINS.invite, bytes.value)
  if (!envelope.ok) {
    return refuse(envelope.fault === 'SIGNATURE_INVALID' ? 'INVITE_TAMPERED' : 'INVITE_MALFORMED')
  }
  const invite = decodeCbor(envelope.value.payload, inviteSchema, LIMITS.inviteBytesMax)
  if (!invite.ok) return refuse('INVITE_MALFORMED', invite.detail)
  const authorityKey = envelope.value.signer
  const fingerprint = authorityFingerprint(authorityKey)
  return accept({ ...invite.value, authorityKey, fingerprint })
}

function judgeInvite(
  invite: OpenedInvite,
  expected: InviteExpectation
): Refused<InviteFault> | undefined {
  if (expected.fingerprint !== undefined && invite.fingerprint !== expected.fingerprint) {
    return refuse('INVITE_TAMPERED', {
      fingerprint: invite.fingerprint,
      expected: expected.fingerprint
    })
  }
  if (expected.network !== undefined && invite.network !== expected.network) {
    return refuse('INVITE_WRONG_NETWORK', { network: invite.network, expected: expected.network })
  }
  if (expected.now > invite.expiresAt + LIMITS.clockSkewMs) {
    return refuse('INVITE_EXPIRED', { expiresAt: invite.expiresAt })
  }
  return undefined
}

function endsInNodeId(address: string): boolean {
  const at = address.lastIndexOf('/p2p/')
  return at > 0 && parseNodeId(address.slice(at + '/p2p/'.length)).ok
}
