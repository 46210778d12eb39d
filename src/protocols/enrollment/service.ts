import type { VerifiedCertificate } from '../../identity/certificate.ts'
import type { OpenedInvite } from '../../identity/invite.ts'
import type { Clock } from '../../time/clock.ts'
import {
  type Ask,
  callDesk,
  type DeskComponents,
  type DeskOptions,
  fetchEntries,
  requireOk
} from './desk-call.ts'
import { enrolledSchema } from './messages.ts'
import { judgeHead, verifyEnrollment } from './verify.ts'

export interface JoinComponents extends DeskComponents {
  readonly clock: Clock
}

export interface JoinOptions extends DeskOptions {
  /** Told what is under way, for people. */
  readonly onStep?: (step: 'dial' | 'enroll' | 'fetch' | 'verify') => void
}

/** What an enrollment brought, all of it verified: enough to make a home. */
export interface Joined {
  readonly certificate: VerifiedCertificate
  /** Of the authority, as DER; a witness for other software, verified by nobody here. */
  readonly authorityCertificate: Uint8Array
  /** The trust log from genesis on, exactly as signed. */
  readonly entries: readonly Uint8Array[]
  /** The checkpoint of size 1. */
  readonly genesis: Uint8Array
  /** The newest checkpoint, over all of `entries`. */
  readonly head: Uint8Array
  /** Where the overlay of the authority's node listens, as text with `/p2p/`. */
  readonly addresses: readonly string[]
}

/**
 * Joins the network of an invite: tries the addresses of its front desk in order, is enrolled at
 * the first that answers, fetches the trust log and verifies everything.
 *
 * Throws `FRONT_DESK_UNREACHABLE` with the addresses `tried` and why each failed;
 * `INVITE_WRONG_NETWORK` where every address is another network's; the refusal of the desk
 * (`INVITE_USED` and others of {@link redeemInvite}, `ENROLLMENT_RATE_LIMITED`); the faults of
 * {@link verifyEnrollment}; `MESSAGE_MALFORMED`; the reason of `signal`. Calling it again with the
 * same key is safe after every failure.
 */
export async function joinNetwork(
  components: JoinComponents,
  invite: OpenedInvite,
  options: JoinOptions = {}
): Promise<Joined> {
  const { onStep } = options
  return await callDesk(
    components,
    invite,
    { ...options, onDial: () => onStep?.('dial') },
    async (ask) => enroll(components, invite, ask, onStep)
  )
}

async function enroll(
  { key: { publicKey }, clock }: JoinComponents,
  invite: OpenedInvite,
  ask: Ask,
  onStep: JoinOptions['onStep']
): Promise<Joined> {
  onStep?.('enroll')
  const { id, secret } = invite
  const answer = await ask({ version: 1, ask: 'enroll', invite: id, secret }, enrolledSchema)
  const head = requireOk(judgeHead(answer.checkpoint, { invite }))
  onStep?.('fetch')
  const entries = await fetchEntries(ask, 0, head.checkpoint.size)
  onStep?.('verify')
  const certificate = requireOk(
    verifyEnrollment(answer, entries, { invite, key: publicKey, clock })
  )
  const { authority, genesis, checkpoint, addresses } = answer
  return {
    certificate,
    authorityCertificate: authority,
    entries,
    genesis,
    head: checkpoint,
    addresses
  }
}
