import type { PublicKey } from '../../crypto/ed25519.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import { type VerifiedCertificate, verifyCertificate } from '../../identity/certificate.ts'
import type { OpenedInvite } from '../../identity/invite.ts'
import { nodeIdOf } from '../../identity/node-id.ts'
import type { Clock } from '../../time/clock.ts'
import { parseCheckpoint, type SignedCheckpoint } from '../../trust/checkpoint.ts'
import { expectationOf } from '../../trust/expectation.ts'
import type { TrustState } from '../../trust/state.ts'
import { TrustLog, type TrustStore } from '../../trust/trust-log.ts'
import { requireOk } from './desk-call.ts'
import { takePages } from './log-pages.ts'
import type { Enrolled, Entries } from './messages.ts'

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

/** What the desk answered, and the pages of the log up to the `size` of its checkpoint. */
export interface Enrollment {
  readonly answer: Pick<Enrolled, 'certificate' | 'genesis' | 'checkpoint'>
  readonly size: number
  readonly pages: AsyncGenerator<Entries>
}

/**
 * Verifies everything that an enrollment brought, as it comes: that the log is the one whose
 * genesis entry the invite names, every entry and the root, that the authority of the invite is
 * entitled by it, that it holds the enrollment of the own key, and the certificate of exactly that
 * entry. The log is then in `store`.
 *
 * Throws `INVITE_WRONG_NETWORK` for another genesis; the faults of `TrustLog.create` and
 * {@link takePages}, those of `verifyCertificate`; `CERTIFICATE_NOT_IN_LOG`;
 * `CERTIFICATE_NAME_INVALID` (not the node that the invite promises); `CLOCK_BEFORE_GENESIS` or
 * `CLOCK_BACKWARD`.
 */
export async function receiveEnrollment(
  { answer, size, pages }: Enrollment,
  store: TrustStore,
  expected: Expected
): Promise<VerifiedCertificate> {
  const { invite, clock } = expected
  const first = await pages.next()
  if (first.done === true) throw new PeerageError('MESSAGE_MALFORMED')
  const [entry = new Uint8Array()] = first.value.entries
  const genesis = { entry, checkpoint: answer.genesis }
  const created = TrustLog.create(store, { clock, network: invite.network, genesis })
  if (!created.ok && created.fault === 'WRONG_NETWORK') {
    throw new PeerageError('INVITE_WRONG_NETWORK')
  }
  const log = requireOk(created)
  log.requireClock()
  const { checkpoint, certificate } = answer
  await takePages(log, { checkpoint, from: 0, size }, resumed(first.value, pages))
  if (!log.state.isAuthorityKey(invite.authorityKey)) {
    throw new PeerageError('TRUST_SIGNER_NOT_ENTITLED')
  }
  return requireOk(verifyOwnCertificate(certificate, log.state, expected))
}

async function* resumed(first: Entries, rest: AsyncGenerator<Entries>): AsyncGenerator<Entries> {
  yield first
  yield* rest
}

function verifyOwnCertificate(
  der: Uint8Array,
  state: TrustState,
  { invite, key, clock }: Expected
): Verdict<VerifiedCertificate> {
  const expected = { ...expectationOf({ network: invite.network, state }), key, now: clock.now() }
  const certificate = verifyCertificate(der, expected)
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
