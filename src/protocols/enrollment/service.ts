import type * as z from 'zod'
import type { PrivateKey } from '../../crypto/ed25519.ts'
import { decodeCbor, encodeCbor } from '../../encoding/cbor.ts'
import type { Verdict } from '../../encoding/verdict.ts'
import { ERRORS, type ErrorCode, errorCodeOf, PeerageError, toPeerageError } from '../../errors.ts'
import type { VerifiedCertificate } from '../../identity/certificate.ts'
import type { OpenedInvite } from '../../identity/invite.ts'
import { LIMITS } from '../../limits.ts'
import type { EnrollmentChannel } from '../../overlay/enrollment-channel.ts'
import { dialFrontDesk, type FrontDeskLine } from '../../overlay/front-desk-dial.ts'
import type { Clock } from '../../time/clock.ts'
import { deadline } from '../../time/deadline.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import { type EnrollmentRequest, enrolledSchema, entriesSchema, refusedSchema } from './messages.ts'
import { judgeHead, verifyEnrollment } from './verify.ts'

export interface JoinComponents {
  /** The node key. It signs the handshake with the desk and never leaves this node (SR-ID-2). */
  readonly key: PrivateKey
  readonly clock: Clock
  readonly scheduler: Scheduler
}

export interface JoinOptions {
  /** Aborts between and during messages; the invite can then be used again with the same key. */
  readonly signal?: AbortSignal
  /** Told what is under way, for people. */
  readonly onStep?: (step: 'dial' | 'enroll' | 'fetch' | 'verify') => void
  readonly dialMs?: number
  /** For each message to come or to be taken. */
  readonly stepMs?: number
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

export interface TriedAddress {
  readonly address: string
  readonly code: ErrorCode
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
  const tried: TriedAddress[] = []
  for (const address of invite.frontDesk) {
    options.onStep?.('dial')
    const line = await dial(components, invite, address, options)
    if (!line.ok) {
      tried.push({ address, code: line.fault })
      continue
    }
    try {
      return await enroll(components, invite, line.value.channel, options)
    } catch (error) {
      const { code } = toPeerageError(error)
      const isLost = code === 'CONNECTION_CLOSED' || code === 'TIMEOUT'
      // Only the connection failed. Whether the answer was lost or never given does not matter:
      // the desk recognizes the key (see redeemInvite).
      if (!isLost || options.signal?.aborted === true) throw error
      tried.push({ address, code })
    } finally {
      await line.value.close()
    }
  }
  throw lostCall(tried)
}

/**
 * A desk cuts an address that comes too often before any cryptography, so it cannot say why: that
 * possibility is named where a connection was opened and ended without a word.
 */
function lostCall(tried: readonly TriedAddress[]): PeerageError {
  if (tried.every(({ code }) => code === 'WRONG_NETWORK')) {
    return new PeerageError('INVITE_WRONG_NETWORK', { tried })
  }
  const wasCut = tried.some(({ code }) => code === 'CONNECTION_CLOSED')
  const suggestion =
    'A desk cuts addresses that call too often: wait a minute and try again. ' +
    ERRORS.FRONT_DESK_UNREACHABLE.hint
  return new PeerageError('FRONT_DESK_UNREACHABLE', { tried, ...(wasCut ? { suggestion } : {}) })
}

async function dial(
  { key, scheduler }: JoinComponents,
  { network }: OpenedInvite,
  address: string,
  { signal, dialMs }: JoinOptions
): Promise<Verdict<FrontDeskLine>> {
  const limit = deadline(scheduler, dialMs ?? LIMITS.dialMs, signal)
  try {
    return await dialFrontDesk({ key, network }, address, limit.signal)
  } catch (error) {
    const { code } = toPeerageError(error)
    if (code !== 'TIMEOUT' || signal?.aborted === true) throw error
    return { ok: false, fault: code }
  } finally {
    limit.release()
  }
}

async function enroll(
  { key: { publicKey }, clock, scheduler }: JoinComponents,
  invite: OpenedInvite,
  channel: EnrollmentChannel,
  options: JoinOptions
): Promise<Joined> {
  const ask: Ask = (request, schema) => askDesk(channel, scheduler, options, request, schema)
  options.onStep?.('enroll')
  const { id, secret } = invite
  const answer = await ask({ version: 1, ask: 'enroll', invite: id, secret }, enrolledSchema)
  const head = requireOk(judgeHead(answer.checkpoint, { invite }))
  options.onStep?.('fetch')
  const entries = await fetchEntries(ask, head.checkpoint.size)
  options.onStep?.('verify')
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

/** A refusal is a map of one small number. */
const REFUSAL_BYTES_MAX = 32

type Ask = <T>(request: EnrollmentRequest, schema: z.ZodType<T>) => Promise<T>

/** As many entries as the checkpoint of the authority counts, and not one more. */
async function fetchEntries(ask: Ask, size: number): Promise<Uint8Array[]> {
  const entries: Uint8Array[] = []
  while (entries.length < size) {
    const request = { version: 1, ask: 'entries', from: entries.length } as const
    const page = await ask(request, entriesSchema)
    if (entries.length + page.entries.length > size) throw new PeerageError('MESSAGE_MALFORMED')
    entries.push(...page.entries)
  }
  return entries
}

async function askDesk<T>(
  channel: EnrollmentChannel,
  scheduler: Scheduler,
  { signal, stepMs }: JoinOptions,
  request: EnrollmentRequest,
  schema: z.ZodType<T>
): Promise<T> {
  const step = deadline(scheduler, stepMs ?? LIMITS.enrollMs, signal)
  try {
    await channel.write(encodeCbor(request), step.signal)
    const answer = await channel.read(step.signal)
    const refused = decodeCbor(answer, refusedSchema, REFUSAL_BYTES_MAX)
    if (refused.ok) {
      const { status } = refused.value
      // A number that this version lacks is a reason of a newer desk.
      throw new PeerageError(errorCodeOf(status) ?? 'PROTOCOL_UNSUPPORTED', { status })
    }
    return requireOk(decodeCbor(answer, schema, LIMITS.enrollResponseBytesMax))
  } finally {
    step.release()
  }
}

function requireOk<T>(verdict: Verdict<T>): T {
  if (!verdict.ok) throw new PeerageError(verdict.fault, verdict.detail)
  return verdict.value
}
