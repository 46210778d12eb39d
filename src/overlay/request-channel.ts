import type { Stream } from '@libp2p/interface'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type ErrorCode, errorCodeOf, PeerageError, toPeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { waitUnlessAborted } from '../time/abort.ts'
import { abortStream, receiveFrames, StreamWriter } from './flow.ts'
import {
  createFrameParser,
  encodeRequestFrame,
  frameBytesMax,
  type RequestFrame,
  STATUS_OK
} from './request-frame.ts'

type Answer = Verdict<Uint8Array>

/** What a stream ends with when the other end broke the protocol. */
export function isViolation(code: ErrorCode): boolean {
  return code === 'MESSAGE_MALFORMED' || code === 'MESSAGE_TOO_LARGE'
}

/** The asking end of one persistent stream: many requests under way, answers in any order. */
export class RequestChannel {
  readonly #stream: Stream
  readonly #writer: StreamWriter
  readonly #ended = Promise.withResolvers<ErrorCode>()
  readonly #pending = new Map<number, (answer: Answer) => void>()
  /** Requests that nobody waits for any more; their answers are still to be expected. */
  readonly #abandoned = new Set<number>()
  #nextId = 0
  #isOpen = true

  constructor(stream: Stream, responseBytesMax: number) {
    this.#stream = stream
    this.#writer = new StreamWriter(stream)
    void this.#read(responseBytesMax)
  }

  /** Resolves with the reason when the stream has ended, whoever ended it. */
  get ended(): Promise<ErrorCode> {
    return this.#ended.promise
  }

  /** Sends one request and waits for its answer; every failure is a verdict. */
  async request(body: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const id = this.#nextId++
    const { promise, resolve } = Promise.withResolvers<Answer>()
    this.#pending.set(id, resolve)
    let isSent = false
    try {
      await this.#writer.send(encodeRequestFrame({ id, status: STATUS_OK, body }), signal)
      isSent = true
      return await waitUnlessAborted(promise, signal)
    } catch (error) {
      return refuse(toPeerageError(error).code)
    } finally {
      if (this.#pending.delete(id) && isSent) this.#abandon(id)
    }
  }

  /** Ends the stream; requests under way fail with `fault`. */
  end(fault: ErrorCode): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    abortStream(this.#stream, new PeerageError(fault))
    for (const resolve of this.#pending.values()) resolve(refuse(fault))
    this.#pending.clear()
    this.#ended.resolve(fault)
  }

  async #read(responseBytesMax: number): Promise<void> {
    try {
      const parse = createFrameParser(responseBytesMax)
      for await (const bytes of receiveFrames(this.#stream, frameBytesMax(responseBytesMax))) {
        const frame = parse(bytes)
        if (!frame.ok) throw new PeerageError(frame.fault, frame.detail)
        this.#settle(frame.value)
      }
      this.end('CONNECTION_CLOSED')
    } catch (error) {
      this.end(toPeerageError(error).code)
    }
  }

  #settle({ id, status, body }: RequestFrame): void {
    const resolve = this.#pending.get(id)
    this.#pending.delete(id)
    if (resolve !== undefined) resolve(status === STATUS_OK ? accept(body) : refusal(status))
    else if (!this.#abandoned.delete(id)) throw new PeerageError('MESSAGE_MALFORMED', { id })
  }

  /** A peer that leaves this many requests unanswered has stopped answering: start afresh. */
  #abandon(id: number): void {
    this.#abandoned.add(id)
    if (this.#abandoned.size >= LIMITS.requestsInFlightPerPeerMax) this.end('TIMEOUT')
  }
}

function refusal(status: number): Answer {
  const code = errorCodeOf(status)
  return code === undefined ? refuse('PEER_REFUSED', { status }) : refuse(code, { byPeer: true })
}
