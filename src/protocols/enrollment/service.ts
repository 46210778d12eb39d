import type { VerifiedCertificate } from '../../identity/certificate.ts'
import type { OpenedInvite } from '../../identity/invite.ts'
import type { Clock } from '../../time/clock.ts'
import type { TrustStore } from '../../trust/trust-log.ts'
import {
  type Ask,
  callDesk,
  type DeskComponents,
  type DeskOptions,
  requireOk
} from './desk-call.ts'
import { fetchPages } from './log-pages.ts'
import { enrolledSchema } from './messages.ts'
import { judgeHead, receiveEnrollment } from './verify.ts'

export interface JoinComponents extends DeskComponents {
  readonly clock: Clock
  /** An empty store for the log that is on its way; called again where a desk was lost. */
  readonly stage: () => TrustStore
}

export interface JoinOptions extends DeskOptions {
  /** Told what is under way, for people. */
  readonly onStep?: (step: 'dial' | 'enroll' | 'fetch') => void
}

/** What an enrollment brought, all of it verified: enough to make a home. */
export interface Joined {
  readonly certificate: VerifiedCertificate
  /** Of the authority, as DER; a witness for other software, verified by nobody here. */
  readonly authorityCertificate: Uint8Array
  /** The trust log from genesis on, exactly as signed; read once, from the stage. */
  readonly entries: Iterable<Uint8Array>
  /** The checkpoint of size 1. */
  readonly genesis: Uint8Array
  /** The newest checkpoint, over all of `entries`. */
  readonly head: Uint8Array
  /** Where the overlay of the authority's node listens, as text with `/p2p/`. */
  readonly addresses: readonly string[]
}

/**
 * Joins the network of an invite: tries the addresses of its front desk in order, is enrolled at
 * the first that answers, fetches the trust log page by page and verifies everything.
 *
 * Throws `FRONT_DESK_UNREACHABLE` with the addresses `tried` and why each failed;
 * `INVITE_WRONG_NETWORK` where every address is another network's; the refusal of the desk
 * (`INVITE_USED` and others of {@link redeemInvite}, `ENROLLMENT_RATE_LIMITED`); the faults of
 * {@link receiveEnrollment}; `MESSAGE_MALFORMED`; the reason of `signal`. Calling it again with the
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
  { key: { publicKey: key }, clock, stage }: JoinComponents,
  invite: OpenedInvite,
  ask: Ask,
  onStep: JoinOptions['onStep']
): Promise<Joined> {
  onStep?.('enroll')
  const { id, secret } = invite
  const answer = await ask({ version: 1, ask: 'enroll', invite: id, secret }, enrolledSchema)
  const head = requireOk(judgeHead(answer.checkpoint, { invite }))
  onStep?.('fetch')
  const { size } = head.checkpoint
  const store = stage()
  const pages = fetchPages(ask, { from: 0, size })
  const certificate = await receiveEnrollment({ answer, size, pages }, store, {
    invite,
    key,
    clock
  })
  const { authority, genesis, checkpoint, addresses } = answer
  return {
    certificate,
    authorityCertificate: authority,
    entries: store.entries(0, size),
    genesis,
    head: checkpoint,
    addresses
  }
}
