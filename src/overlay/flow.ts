import type { Stream, StreamCloseEvent, StreamMessageEvent } from '@libp2p/interface'
import { pEvent } from 'p-event'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { abortError, waitUnlessAborted } from '../time/abort.ts'
import { FrameReader } from './frames.ts'

/*
 * The only place that touches backpressure of libp2p streams. Three faults of the libraries are
 * kept away from everybody else: `onDrain()` resolves at once after its first drain; `resume()`
 * undoes a `pause()` made inside a 'message' listener; an exception in a listener ends the process.
 */

/**
 * Writes to one stream without ever queueing more than the piece that filled it: `send` waits for
 * room before it hands bytes over. Several senders may wait at once; they go on in order.
 */
export class StreamWriter {
  readonly #stream: Stream
  #drain: Promise<void> | undefined

  constructor(stream: Stream) {
    this.#stream = stream
  }

  /**
   * Hands `bytes` to the stream once it has room; with room at hand this happens before the call
   * returns. Throws `CONNECTION_CLOSED`, or the signal's reason, and then nothing was sent.
   */
  async send(bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    while (this.#stream.status === 'open' && this.#stream.writableNeedsDrain) {
      await waitUnlessAborted(this.#nextDrain(), signal)
    }
    if (signal?.aborted === true) throw abortError(signal)
    try {
      this.#stream.send(bytes)
    } catch (cause) {
      throw new PeerageError('CONNECTION_CLOSED', {}, cause)
    }
  }

  /** One fresh 'drain' for all who wait: a drain of the past says nothing about room now. */
  #nextDrain(): Promise<void> {
    this.#drain ??= pEvent(this.#stream, 'drain', { rejectionEvents: ['close'] }).then(
      () => {
        this.#drain = undefined
      },
      () => {
        // The close event may carry no error at all; the stream's status ends the loop above.
        this.#drain = undefined
      }
    )
    return this.#drain
  }
}

/**
 * Sends everything `source` yields, in pieces that never exceed the initial window, then closes
 * the writing side. When the source or the stream fails, the stream is reset and the error thrown.
 */
export async function sendAll(
  stream: Stream,
  source: AsyncIterable<Uint8Array>,
  signal?: AbortSignal
): Promise<void> {
  const writer = new StreamWriter(stream)
  const pieceBytes = LIMITS.streamWindowBytesInitial
  try {
    for await (const chunk of source) {
      for (let offset = 0; offset < chunk.length; offset += pieceBytes) {
        await writer.send(chunk.subarray(offset, offset + pieceBytes), signal)
      }
    }
    await closeWrite(stream, signal)
  } catch (error) {
    abortStream(stream, error)
    throw error
  }
}

/** Closes the writing side after everything was handed to the connection. */
export async function closeWrite(stream: Stream, signal?: AbortSignal): Promise<void> {
  try {
    await stream.close(signal === undefined ? {} : { signal })
  } catch (cause) {
    if (signal?.aborted === true) throw abortError(signal)
    // A close event without an error rejects with `undefined`: it needs a name before it travels.
    throw new PeerageError('CONNECTION_CLOSED', {}, cause)
  }
}

/** Resets the stream; does nothing when it has ended already. */
export function abortStream(stream: Stream, reason: unknown): void {
  stream.abort(reason instanceof Error ? reason : new PeerageError('CONNECTION_CLOSED'))
}

/**
 * Bytes of a stream with true read backpressure: while the reader is behind by more than
 * `LIMITS.receiveQueueBytesMax`, no window is granted to the sender, so at most that and two
 * windows are in memory. Listens from the moment of the call. A loop that is left early resets the
 * stream.
 *
 * Ends when the sender closed its side; throws `CONNECTION_CLOSED` when the stream or connection
 * ended without that, so that a truncated transfer is never taken for a complete one.
 */
export function receive(stream: Stream): AsyncIterableIterator<Uint8Array, undefined> {
  return new StreamReceiver(stream)
}

/**
 * Length-prefixed messages of a stream, each at most `bytesMax` long, with the backpressure of
 * {@link receive}. Throws `MESSAGE_TOO_LARGE`, `MESSAGE_MALFORMED` and `CONNECTION_CLOSED`.
 */
export function receiveFrames(stream: Stream, bytesMax: number): AsyncIterable<Uint8Array> {
  return cutFrames(receive(stream), new FrameReader(bytesMax))
}

async function* cutFrames(
  chunks: AsyncIterable<Uint8Array>,
  reader: FrameReader
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (const frame of reader.read(chunk)) {
      if (!frame.ok) throw new PeerageError(frame.fault, frame.detail)
      yield frame.value
    }
  }
  if (reader.isMidFrame) throw new PeerageError('MESSAGE_MALFORMED', { reason: 'truncated' })
}

/** What a piece counts at least; smaller ones are copied together where they arrive together. */
const PIECE_BYTES_MIN = 1024

class StreamReceiver implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #stream: Stream
  #queue: Uint8Array[] = []
  /** Bytes in the queue, small pieces counted as `PIECE_BYTES_MIN`. */
  #queued = 0
  /** The reader is behind; `pause` follows in a microtask. */
  #isHeld = false
  #finSeen = false
  #ended = false
  #error: PeerageError | undefined
  #wake = Promise.withResolvers<void>()

  constructor(stream: Stream) {
    this.#stream = stream
    stream.addEventListener('message', this.#onMessage)
    stream.addEventListener('remoteCloseWrite', this.#onFin)
    stream.addEventListener('end', this.#onEnd)
    stream.addEventListener('close', this.#onClose)
    // Events of the past do not come again.
    if (stream.status === 'aborted' || stream.status === 'reset') this.#fail(undefined)
    else if (stream.readableEnded) this.#onEnd()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const chunk = this.#queue.shift()
      if (chunk !== undefined) {
        this.#queued -= cost(chunk)
        if (this.#isHeld && this.#queued <= LIMITS.receiveQueueBytesMax / 2) this.#release()
        return { done: false, value: chunk }
      }
      if (this.#error !== undefined) throw this.#error
      if (this.#ended) return { done: true, value: undefined }
      await this.#wake.promise
      this.#wake = Promise.withResolvers()
    }
  }

  /** The loop was left early: nobody will read the rest. */
  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#ended) {
      this.#detach()
      this.#ended = true
      this.#queue = []
      abortStream(this.#stream, new PeerageError('CANCELED'))
    }
    return { done: true, value: undefined }
  }

  readonly #onMessage = (event: StreamMessageEvent): void => {
    try {
      for (const piece of pieces(event.data)) {
        this.#queue.push(piece)
        this.#queued += cost(piece)
      }
      if (this.#queued > LIMITS.receiveQueueBytesMax) this.#hold()
      this.#wake.resolve()
    } catch (error) {
      abortStream(this.#stream, error)
    }
  }

  readonly #onFin = (): void => {
    this.#finSeen = true
  }

  /** Comes after the last message, except for a reset: there 'close' follows with the error. */
  readonly #onEnd = (): void => {
    const status = this.#stream.status
    if (status === 'aborted' || status === 'reset') return
    if (!this.#finSeen && status !== 'open') this.#fail(undefined)
    else this.#finish()
  }

  readonly #onClose = (event: StreamCloseEvent): void => {
    if (event.error !== undefined) {
      this.#queue = []
      this.#queued = 0
      this.#fail(event.error)
    } else if (this.#stream.readBufferLength === 0) {
      this.#onEnd()
    }
    // Otherwise unread bytes are left: 'end' comes when they have been read.
  }

  #hold(): void {
    this.#isHeld = true
    // Inside a listener that `resume` called, a pause would be undone when `resume` goes on.
    queueMicrotask(() => {
      if (this.#isHeld && !this.#ended) this.#attempt(() => this.#stream.pause())
    })
  }

  #release(): void {
    this.#isHeld = false
    this.#attempt(() => this.#stream.resume())
  }

  #attempt(change: () => void): void {
    try {
      change()
    } catch {
      // Refused only by a stream that has ended, which its own events tell the reader.
    }
  }

  #finish(): void {
    this.#ended = true
    this.#detach()
    this.#wake.resolve()
  }

  #fail(cause: unknown): void {
    if (this.#ended) return
    this.#error =
      cause instanceof PeerageError ? cause : new PeerageError('CONNECTION_CLOSED', {}, cause)
    this.#finish()
  }

  #detach(): void {
    this.#stream.removeEventListener('message', this.#onMessage)
    this.#stream.removeEventListener('remoteCloseWrite', this.#onFin)
    this.#stream.removeEventListener('end', this.#onEnd)
    this.#stream.removeEventListener('close', this.#onClose)
  }
}

function cost(piece: Uint8Array): number {
  return Math.max(piece.length, PIECE_BYTES_MIN)
}

function pieces(data: StreamMessageEvent['data']): Uint8Array[] {
  if (data instanceof Uint8Array) return [plain(data)]
  const parts = [...data]
  const areSmall = data.byteLength < parts.length * PIECE_BYTES_MIN
  return areSmall ? [plain(data.subarray())] : parts.map(plain)
}

/** Sockets deliver Buffers, whose `slice` shares memory where that of a Uint8Array copies. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
