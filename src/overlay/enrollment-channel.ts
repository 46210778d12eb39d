import type { Stream } from '@libp2p/interface'
import { PeerageError } from '../errors.ts'
import { abortStream, receiveFrames, StreamWriter } from './flow.ts'
import { encodeFrame } from './frames.ts'

/** The only protocol of a front desk. */
export const ENROLLMENT_PROTOCOL = '/peerage/enrollment/1.0.0'

/**
 * Messages between a joiner and a front desk, each with its length in front, in strict turns. A
 * signal that aborts resets the stream: there is no second try on a channel.
 */
export interface EnrollmentChannel {
  /**
   * The next message. Throws `CONNECTION_CLOSED`, `MESSAGE_TOO_LARGE` and `MESSAGE_MALFORMED`
   * before a byte of the message is kept, or the signal's reason.
   */
  read(signal: AbortSignal): Promise<Uint8Array>
  /** Throws `CONNECTION_CLOSED` or the signal's reason. */
  write(message: Uint8Array, signal: AbortSignal): Promise<void>
}

/** Frames one stream; it must be framed in the moment it is opened, or messages are missed. */
export function createEnrollmentChannel(stream: Stream, readBytesMax: number): EnrollmentChannel {
  const frames = receiveFrames(stream, readBytesMax)[Symbol.asyncIterator]()
  const writer = new StreamWriter(stream)

  async function resetOnAbort<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    const reset = () => abortStream(stream, signal.reason)
    signal.addEventListener('abort', reset, { once: true })
    try {
      signal.throwIfAborted()
      return await run()
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      signal.removeEventListener('abort', reset)
    }
  }

  return {
    async read(signal) {
      const next = await resetOnAbort(signal, async () => frames.next())
      if (next.done === true) throw new PeerageError('CONNECTION_CLOSED')
      return next.value
    },
    async write(message, signal) {
      await resetOnAbort(signal, async () => writer.send(encodeFrame(message), signal))
    }
  }
}
