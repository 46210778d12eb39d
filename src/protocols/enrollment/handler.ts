import { decodeCbor, encodeCbor } from '../../encoding/cbor.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { ERRORS, type ErrorCode, PeerageError, toPeerageError } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { EnrollmentChannel } from '../../overlay/enrollment-channel.ts'
import type { Joiner, ServeJoiner } from '../../overlay/front-desk-host.ts'
import type { Clock } from '../../time/clock.ts'
import { deadline } from '../../time/deadline.ts'
import { RateLimit } from '../../time/rate-limit.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { InviteBook } from './invites.ts'
import {
  type Enrolled,
  type EnrollmentRequest,
  type Entries,
  enrollmentRequestSchema
} from './messages.ts'

export interface FrontDeskOutcome {
  readonly nodeId: NodeId
  /** The invite that was shown; undefined where the request could not be read. */
  readonly invite: string | undefined
  /** What was asked for; undefined where the request could not be read. */
  readonly ask: 'enroll' | 'renew' | undefined
  /** Why it was refused. */
  readonly code: ErrorCode | undefined
}

export interface FrontDeskServiceComponents {
  readonly book: Pick<InviteBook, 'redeem'>
  readonly log: Pick<TrustLog, 'head' | 'entries' | 'genesis' | 'consistencyProof'>
  /** The next certificate of an enrolled node, after the end of the one that it shows. */
  readonly renewLate: (certificate: Uint8Array, nodeId: NodeId) => Promise<Verdict<Uint8Array>>
  /** The certificate of the authority itself, as DER. */
  readonly authorityCertificate: () => Promise<Uint8Array>
  /** Where the overlay of this node listens, as text with `/p2p/`. */
  readonly addresses: () => readonly string[]
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
  /** Told of every joiner that said something. */
  readonly onOutcome?: (outcome: FrontDeskOutcome) => void
}

export interface FrontDeskServiceInit {
  /** Over all joiners, with a burst of the same size; more is `ENROLLMENT_RATE_LIMITED`. */
  readonly ratePerMinute?: number
  /** For each message of a joiner to come and each answer to be taken. */
  readonly stepMs?: number
}

/**
 * Answers one joiner: enrolls it, or renews it late, then serves the entries that it lacks page by
 * page, each page once, and ends. Work for a stranger without an invite is one bounded read, one hash and one look-up.
 */
export function createFrontDeskService(
  components: FrontDeskServiceComponents,
  init: FrontDeskServiceInit = {}
): ServeJoiner {
  const { log, scheduler, logger } = components
  const count = init.ratePerMinute ?? LIMITS.enrollRatePerMinute
  const attempts = new RateLimit(components.clock, { count, perMs: 60_000, burst: count })

  return async (channel, joiner) => {
    const talk = createTalk(channel, scheduler, init.stepMs ?? LIMITS.enrollMs)
    const request = await talk.read()
    const enrolled = attempts.take()
      ? await admit(components, joiner, request)
      : refuse('ENROLLMENT_RATE_LIMITED')
    const asked = request.ok && request.value.ask !== 'entries' ? request.value : undefined
    const invite = asked?.ask === 'enroll' ? asked.invite : undefined
    const code = enrolled.ok ? undefined : enrolled.fault
    logger.info('front-desk.answered', { nodeId: joiner.nodeId, invite, code })
    components.onOutcome?.({ nodeId: joiner.nodeId, ask: asked?.ask, invite, code })
    if (!enrolled.ok) return await talk.refuse(enrolled.fault)
    // The log may grow meanwhile: the joiner gets what the checkpoint of its answer covers.
    const { bytes, checkpoint } = log.head()
    await talk.write({ ...enrolled.value, checkpoint: bytes })
    const from = asked?.ask === 'renew' ? asked.size : 0
    await servePages(talk, log, from, checkpoint.size)
  }
}

/** Nobody is enrolled at the moment: the joiner may come again with the same invite. */
const CLOSED: readonly ErrorCode[] = ['AUTHORITY_LOCKED', 'AUTHORITY_ABSENT']

type EnrolledBeforeHead = Omit<Enrolled, 'checkpoint'>

async function admit(
  components: FrontDeskServiceComponents,
  { publicKey, nodeId }: Joiner,
  request: Verdict<EnrollmentRequest>
): Promise<Verdict<EnrolledBeforeHead>> {
  if (!request.ok) return request
  const asked = request.value
  if (asked.ask === 'entries') return refuse('MESSAGE_MALFORMED')
  try {
    const certificate =
      asked.ask === 'renew'
        ? await components.renewLate(asked.certificate, nodeId)
        : await components.book.redeem({ invite: asked.invite, secret: asked.secret, publicKey })
    if (!certificate.ok) return certificate
    return accept({
      status: 0,
      certificate: certificate.value,
      authority: await components.authorityCertificate(),
      genesis: components.log.genesis().checkpoint,
      addresses: components.addresses().slice(0, LIMITS.addressesPerPeerMax)
    })
  } catch (error) {
    if (error instanceof PeerageError && CLOSED.includes(error.code)) return refuse(error.code)
    // A fault of this node: the stranger learns that there was one, the log which one.
    const { code, message } = toPeerageError(error)
    components.logger.error('front-desk.failed', { code, message })
    return refuse('INTERNAL')
  }
}

async function servePages(
  talk: Talk,
  log: Pick<TrustLog, 'entries' | 'consistencyProof'>,
  from: number,
  size: number
): Promise<void> {
  for (let next = from; next < size; ) {
    const request = await talk.read()
    if (!request.ok || request.value.ask !== 'entries' || request.value.from !== next) {
      return await talk.refuse('MESSAGE_MALFORMED')
    }
    const entries = page(log.entries(next, Math.min(size, next + LIMITS.syncEntriesMax)))
    next += entries.length
    await talk.write({ status: 0, entries, proof: log.consistencyProof(next, size) })
  }
}

/** As many of the entries as one answer holds; at least one, since an entry is far smaller. */
function page(entries: readonly Uint8Array[]): Uint8Array[] {
  let bytes = 0
  const end = entries.findIndex((entry) => {
    bytes += entry.length
    return bytes > LIMITS.enrollPageBytesMax
  })
  return entries.slice(0, end === -1 ? entries.length : end)
}

interface Talk {
  read(): Promise<Verdict<EnrollmentRequest>>
  write(answer: Enrolled | Entries): Promise<void>
  refuse(code: ErrorCode): Promise<void>
}

/** The channel with a deadline for every message in either direction. */
function createTalk(channel: EnrollmentChannel, scheduler: Scheduler, stepMs: number): Talk {
  async function inTime<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const step = deadline(scheduler, stepMs)
    try {
      return await run(step.signal)
    } finally {
      step.release()
    }
  }
  const write = async (answer: unknown) =>
    inTime((signal) => channel.write(encodeCbor(answer), signal))
  return {
    read: async () => {
      const bytes = await inTime((signal) => channel.read(signal))
      return decodeCbor(bytes, enrollmentRequestSchema, LIMITS.enrollRequestBytesMax)
    },
    write,
    refuse: async (code) => write({ status: ERRORS[code].number })
  }
}
