import type { PeerId, Stream } from '@libp2p/interface'
import { refuse, type Verdict } from '../encoding/verdict.ts'
import { ERRORS, type ErrorCode, PeerageError, toPeerageError } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import { NO_STANDINGS, type StandingView } from '../reputation/standing-view.ts'
import { abortError, waitUnlessAborted } from '../time/abort.ts'
import type { Clock } from '../time/clock.ts'
import { deadline } from '../time/deadline.ts'
import { RateLimit } from '../time/rate-limit.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { Turns } from '../time/turns.ts'
import { ByteBudget } from './byte-budget.ts'
import type { CertifiedPeer } from './certified-peers.ts'
import type { Defense } from './defense.ts'
import { abortStream, receiveFrames, StreamWriter } from './flow.ts'
import { nodeIdOfPeer } from './libp2p-identity.ts'
import type { MissingNews } from './missing-news.ts'
import { isViolation } from './request-channel.ts'
import {
  createFrameParser,
  encodeRequestFrame,
  frameBytesMax,
  type RequestFrame,
  STATUS_OK
} from './request-frame.ts'
import { SlotTable } from './slots.ts'

/** One protocol as its streams see it: bytes in, bytes out. */
export interface ServedProtocol {
  readonly id: string
  readonly requestBytesMax: number
  readonly deadlineMs: number
  readonly bringsNews: boolean
  answer(body: Uint8Array, peer: CertifiedPeer, signal: AbortSignal): Promise<Verdict<Uint8Array>>
}

export interface RequestServerComponents {
  readonly certified: { get(nodeId: NodeId): CertifiedPeer | undefined }
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly log: Logger
  readonly report: (nodeId: NodeId, protocolId: string, code: ErrorCode) => void
  /** Bounds left out, by the control of an attack only. */
  readonly without?: ReadonlySet<Defense>
  /** Whose budgets are smaller. */
  readonly standings?: StandingView
  readonly news?: Pick<MissingNews, 'arrival'>
}

/** One stream being served. */
interface Session {
  readonly stream: Stream
  readonly writer: StreamWriter
  readonly nodeId: NodeId
  readonly served: ServedProtocol
  /** Ids of requests whose answer is not sent yet. */
  readonly inFlight: Set<number>
  /** Aborts when the stream has ended: nobody waits for the answers. */
  readonly gone: AbortController
}

/**
 * The answering end. A peer that has `LIMITS.requestsInFlightPerPeerMax` requests under way, over
 * all protocols, is not read until one of them is done; above its rate it is answered with
 * `RATE_LIMITED`, and where all peers together or unread answers are too many, with `OVERLOADED`. Whether it is still admitted is asked for every request.
 */
export class RequestServer {
  readonly #components: RequestServerComponents
  readonly #rate: RateLimit
  readonly #slots = new SlotTable<NodeId>(LIMITS.requestsInFlightPerPeerMax, (nodeId) =>
    this.#budgetDivisor(nodeId)
  )
  readonly #answerBytes = new ByteBudget<NodeId>(
    LIMITS.answerBytesInFlightPerPeerMax,
    LIMITS.answerBytesInFlightMax
  )
  readonly #turns: Turns
  readonly #isBounded: boolean
  readonly #sessions = new Set<Session>()
  #inFlight = 0

  constructor(components: RequestServerComponents) {
    this.#components = components
    const rate = LIMITS.requestRatePerPeer
    this.#rate = new RateLimit(
      components.clock,
      { count: rate, perMs: 1000, burst: rate },
      LIMITS.connectionsMax
    )
    this.#turns = new Turns(components.clock, LIMITS.turnMs)
    this.#isBounded = components.without?.has('in-flight') !== true
  }

  /** Serves one inbound stream until it ends. */
  async serve(stream: Stream, peerId: PeerId, served: ServedProtocol): Promise<void> {
    const nodeId = nodeIdOfPeer(peerId)
    if (nodeId === undefined) return abortStream(stream, new PeerageError('PEER_KEY_TYPE'))
    const session: Session = {
      stream,
      writer: new StreamWriter(stream),
      nodeId,
      served,
      inFlight: new Set(),
      gone: new AbortController()
    }
    this.#sessions.add(session)
    try {
      await this.#readRequests(session)
      throw new PeerageError('CONNECTION_CLOSED')
    } catch (error) {
      this.#end(session, error)
    } finally {
      this.#sessions.delete(session)
    }
  }

  stop(): void {
    for (const session of this.#sessions) this.#end(session, new PeerageError('CONNECTION_CLOSED'))
  }

  async #readRequests(session: Session): Promise<void> {
    const { stream, nodeId, served, inFlight } = session
    const parse = createFrameParser(served.requestBytesMax)
    for await (const bytes of receiveFrames(stream, frameBytesMax(served.requestBytesMax))) {
      const frame = parse(bytes)
      if (!frame.ok) throw new PeerageError(frame.fault, frame.detail)
      const { id, status } = frame.value
      if (status !== STATUS_OK || inFlight.has(id)) throw new PeerageError('MESSAGE_MALFORMED')
      if (this.#isBounded) {
        const refusal = this.#overload(session)
        if (refusal !== undefined) {
          await this.#send(session, id, refuse(refusal))
          continue
        }
        await this.#slots.acquire(nodeId)
      }
      // What came together is not answered in one tick.
      await this.#turns.take(nodeId)
      if (!served.bringsNews) await this.#components.news?.arrival()
      // Asked after the waits: the peer may have been cut meanwhile.
      const peer = this.#components.certified.get(nodeId)
      if (peer === undefined) {
        if (this.#isBounded) this.#slots.release(nodeId)
        throw new PeerageError('PEER_UNCERTIFIED')
      }
      void this.#handle(session, frame.value, peer)
    }
  }

  #overload({ nodeId, served }: Session): 'RATE_LIMITED' | 'OVERLOADED' | undefined {
    if (!this.#rate.take(nodeId, this.#budgetDivisor(nodeId))) {
      this.#components.report(nodeId, served.id, 'RATE_LIMITED')
      return 'RATE_LIMITED'
    }
    // Asked before the work: an answer that there is no room for need not be made.
    const hasRoom = this.#answerBytes.hasRoom(nodeId, LIMITS.responseBytesMax)
    return hasRoom && this.#inFlight < LIMITS.requestsInFlightMax ? undefined : 'OVERLOADED'
  }

  #budgetDivisor(nodeId: NodeId): number {
    const { standings = NO_STANDINGS } = this.#components
    return standings.consequences({ nodeId }).budgetDivisor
  }

  /** Never rejects: what fails here ends the stream. */
  async #handle(session: Session, request: RequestFrame, peer: CertifiedPeer): Promise<void> {
    const { nodeId, served, inFlight, gone } = session
    const { scheduler, log } = this.#components
    const limit = deadline(scheduler, served.deadlineMs, gone.signal)
    inFlight.add(request.id)
    this.#inFlight++
    const work = this.#run(served, request.body, peer, limit.signal)
    try {
      const verdict = await waitUnlessAborted(work, limit.signal).catch(() => {
        const { code } = abortError(limit.signal)
        if (code === 'TIMEOUT') log.warn('request.overdue', { nodeId, protocol: served.id })
        return refuse(code)
      })
      // What ends with the stream is told once, where it ends.
      if (!verdict.ok && !gone.signal.aborted && !isOwnFault(verdict.fault)) {
        this.#components.report(nodeId, served.id, verdict.fault)
      }
      await this.#sendBounded(session, request.id, verdict)
    } catch (error) {
      this.#end(session, error)
    } finally {
      limit.release()
      inFlight.delete(request.id)
      // A handler that outlives its deadline still works for this peer.
      await work
      this.#inFlight--
      if (this.#isBounded) this.#slots.release(nodeId)
    }
  }

  async #run(
    served: ServedProtocol,
    body: Uint8Array,
    peer: CertifiedPeer,
    signal: AbortSignal
  ): Promise<Verdict<Uint8Array>> {
    try {
      return await served.answer(body, peer, signal)
    } catch (error) {
      // A handler that gives up because it was told to has not failed.
      if (signal.aborted) return refuse(abortError(signal).code)
      this.#logFault(peer.nodeId, served.id, error)
      return refuse('INTERNAL')
    }
  }

  /** Answers that wait for a peer to read them are held in memory until then. */
  async #sendBounded(session: Session, id: number, verdict: Verdict<Uint8Array>): Promise<void> {
    const bytes = verdict.ok ? verdict.value.length : 0
    if (!this.#isBounded) return await this.#send(session, id, verdict)
    if (!this.#answerBytes.take(session.nodeId, bytes)) {
      return await this.#send(session, id, refuse('OVERLOADED'))
    }
    try {
      await this.#send(session, id, verdict)
    } finally {
      this.#answerBytes.release(session.nodeId, bytes)
    }
  }

  async #send(session: Session, id: number, verdict: Verdict<Uint8Array>): Promise<void> {
    const frame = verdict.ok
      ? { id, status: STATUS_OK, body: verdict.value }
      : { id, status: ERRORS[verdict.fault].number, body: new Uint8Array() }
    // Whoever asks must read: answers that wait for room would pile up otherwise.
    const limit = deadline(this.#components.scheduler, LIMITS.requestMs, session.gone.signal)
    try {
      await session.writer.send(encodeRequestFrame(frame), limit.signal)
    } finally {
      limit.release()
    }
  }

  #end(session: Session, error: unknown): void {
    if (session.gone.signal.aborted) return
    const { nodeId, served, stream } = session
    const reason = toPeerageError(error)
    session.gone.abort(reason)
    abortStream(stream, reason)
    if (isViolation(reason.code) || reason.code === 'TIMEOUT') {
      this.#components.report(nodeId, served.id, reason.code)
    } else if (reason.code === 'INTERNAL') {
      this.#logFault(nodeId, served.id, reason)
    } else if (reason.code !== 'CONNECTION_CLOSED') {
      // This node has cut the peer, and has told why where it did: `peer.cut`.
      const { code } = reason
      this.#components.log.debug('request.stream-cut', { nodeId, protocol: served.id, code })
    }
  }

  #logFault(nodeId: NodeId, protocol: string, error: unknown): void {
    const { code, cause } = toPeerageError(error)
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : undefined
    this.#components.log.error('request.failed', { nodeId, protocol, code, why })
  }
}

/** What this node did to the request rather than the peer. */
function isOwnFault(code: ErrorCode): boolean {
  return (
    code === 'INTERNAL' || code === 'TIMEOUT' || code === 'CANCELED' || code === 'CONNECTION_CLOSED'
  )
}
