import type * as z from 'zod'
import type { PrivateKey } from '../../crypto/ed25519.ts'
import { decodeCbor, encodeCbor } from '../../encoding/cbor.ts'
import type { Verdict } from '../../encoding/verdict.ts'
import { ERRORS, type ErrorCode, errorCodeOf, PeerageError, toPeerageError } from '../../errors.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import { LIMITS } from '../../limits.ts'
import type { EnrollmentChannel } from '../../overlay/enrollment-channel.ts'
import { dialFrontDesk, type FrontDeskLine } from '../../overlay/front-desk-dial.ts'
import { deadline } from '../../time/deadline.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import { type EnrollmentRequest, refusedSchema } from './messages.ts'

export interface DeskComponents {
  /** The node key. It signs the handshake with the desk and never leaves this node (SR-ID-2). */
  readonly key: PrivateKey
  readonly scheduler: Scheduler
}

export interface DeskOptions {
  /** Aborts between and during messages; calling again with the same key is safe. */
  readonly signal?: AbortSignal
  readonly dialMs?: number
  /** For each message to come or to be taken. */
  readonly stepMs?: number
}

/** Where to call: the desk of one network, at any of its addresses. */
export interface Desk {
  readonly network: NetworkId
  readonly frontDesk: readonly string[]
}

export interface TriedAddress {
  readonly address: string
  readonly code: ErrorCode
}

/**
 * Calls a front desk: tries its addresses in order, and runs `talk` with the first that answers.
 *
 * Throws `FRONT_DESK_UNREACHABLE` with the addresses `tried` and why each failed;
 * `INVITE_WRONG_NETWORK` where every address is another network's; what `talk` throws, such as the
 * refusal of the desk; the reason of `signal`.
 */
export async function callDesk<T>(
  components: DeskComponents,
  desk: Desk,
  options: DeskOptions & { readonly onDial?: () => void },
  talk: (ask: Ask) => Promise<T>
): Promise<T> {
  const tried: TriedAddress[] = []
  for (const address of desk.frontDesk) {
    options.onDial?.()
    const line = await dial(components, desk, address, options)
    if (!line.ok) {
      tried.push({ address, code: line.fault })
      continue
    }
    const { channel, close } = line.value
    try {
      return await talk((request, schema) =>
        askDesk(channel, components.scheduler, options, request, schema)
      )
    } catch (error) {
      const { code } = toPeerageError(error)
      const isLost = code === 'CONNECTION_CLOSED' || code === 'TIMEOUT'
      // Only the connection failed. Whether the answer was lost or never given does not matter:
      // the desk recognizes the key.
      if (!isLost || options.signal?.aborted === true) throw error
      tried.push({ address, code })
    } finally {
      await close()
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
  { key, scheduler }: DeskComponents,
  { network }: Desk,
  address: string,
  { signal, dialMs }: DeskOptions
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

/** A refusal is a map of one small number. */
const REFUSAL_BYTES_MAX = 32

export type Ask = <T>(request: EnrollmentRequest, schema: z.ZodType<T>) => Promise<T>

async function askDesk<T>(
  channel: EnrollmentChannel,
  scheduler: Scheduler,
  { signal, stepMs }: DeskOptions,
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

export function requireOk<T>(verdict: Verdict<T>): T {
  if (!verdict.ok) throw new PeerageError(verdict.fault, verdict.detail)
  return verdict.value
}
