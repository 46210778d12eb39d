import type { PublicKey } from '../../crypto/ed25519.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { type VerifiedCertificate, verifyCertificate } from '../../identity/certificate.ts'
import type { OpenedInvite } from '../../identity/invite.ts'
import { nodeIdOf } from '../../identity/node-id.ts'
import type { Clock } from '../../time/clock.ts'
import { parseCheckpoint, type SignedCheckpoint } from '../../trust/checkpoint.ts'
import { replayLog } from '../../trust/replay.ts'
import type { TrustState } from '../../trust/state.ts'
import type { Enrolled } from './messages.ts'

export interface Expected {
  /** Opened: its signature pins the authority key, and its network id the genesis entry. */
  readonly invite: OpenedInvite
  /** The own node key. */
  readonly key: PublicKey
  readonly clock: Clock
}

/**
 * Whether the checkpoint that came with an enrollment is of the authority that the invite pins.
 * Asked before any entry is fetched, so that nobody else can make a joiner fetch without end.
 *
 * Faults: `CHECKPOINT_MALFORMED`, `SIGNATURE_INVALID`, `INVITE_WRONG_NETWORK`,
 * `TRUST_SIGNER_NOT_ENTITLED`.
 */
export function judgeHead(
  bytes: Uint8Array,
  { invite }: Pick<Expected, 'invite'>
): Verdict<SignedCheckpoint> {
  const head = parseCheckpoint(bytes)
  if (!head.ok) return head
  if (head.value.checkpoint.network !== invite.network) return refuse('INVITE_WRONG_NETWORK')
  return head.value.signer.equals(invite.authorityKey) ? head : refuse('TRUST_SIGNER_NOT_ENTITLED')
}

/**
 * Verifies everything that an enrollment brought: that the log is the one whose genesis entry the
 * invite names, every entry and the root, that the authority of the invite is entitled by it, that
 * it holds the enrollment of the own key, and the certificate of exactly that entry.
 *
 * Faults: those of {@link replayLog} with `INVITE_WRONG_NETWORK` for another genesis, those of
 * `verifyCertificate`, `CERTIFICATE_NOT_IN_LOG`, `CERTIFICATE_NAME_INVALID` (not the node that the
 * invite promises). Throws `CLOCK_BEFORE_GENESIS` or `CLOCK_BACKWARD`.
 */
export function verifyEnrollment(
  answer: Pick<Enrolled, 'certificate' | 'genesis' | 'checkpoint'>,
  entries: readonly Uint8Array[],
  expected: Expected
): Verdict<VerifiedCertificate> {
  const { network } = expected.invite
  const log = replayLog({ ...answer, network, entries }, expected.clock)
  if (!log.ok) return log.fault === 'WRONG_NETWORK' ? refuse('INVITE_WRONG_NETWORK') : log
  const { state } = log.value
  if (!state.isAuthorityKey(expected.invite.authorityKey)) {
    return refuse('TRUST_SIGNER_NOT_ENTITLED')
  }
  return verifyOwnCertificate(answer.certificate, state, expected)
}

function verifyOwnCertificate(
  der: Uint8Array,
  state: TrustState,
  { invite, key, clock }: Expected
): Verdict<VerifiedCertificate> {
  const certificate = verifyCertificate(der, {
    network: invite.network,
    authorityKeys: state.authorityKeys,
    key,
    now: clock.now(),
    exclusionOf: (subject) => state.exclusionOf(subject)
  })
  if (!certificate.ok) return certificate
  const { member, node, serial } = certificate.value
  const enrolled = state.node(nodeIdOf(key))
  if (enrolled?.serial !== serial) return refuse('CERTIFICATE_NOT_IN_LOG', { serial })
  const isPromised = [member, enrolled.member].every((name) => name === invite.member)
  if (!isPromised || [node, enrolled.node].some((name) => name !== invite.node)) {
    return refuse('CERTIFICATE_NAME_INVALID', { member, node })
  }
  return accept(certificate.value)
}
