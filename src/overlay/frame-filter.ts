import type { Stream, StreamMessageEvent } from '@libp2p/interface'
import { concatBytes } from '../encoding/bytes.ts'
import type { Verdict } from '../encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../errors.ts'
import { encodeFrame, FrameReader } from './frames.ts'

export interface FrameFilter {
  readonly frameBytesMax: number
  /** All that is read of the stream. */
  readonly streamBytesMax: number
  /** What may pass of a whole frame. */
  filter(message: Uint8Array): Verdict<Uint8Array>
  onCut?(fault: ErrorCode): void
}

/**
 * Stands between a stream and a library that decodes whatever arrives on it: only whole frames that
 * passed the filter reach the listeners that are added after this call, which must be before the
 * first bytes are read. A frame above the bound is refused when its length is known. The first
 * refusal resets the stream.
 *
 * It works on the event that libp2p dispatches, since its streams cannot be wrapped: listeners run
 * in the order in which they were added.
 */
export function filterFrames(stream: Stream, options: FrameFilter): void {
  const reader = new FrameReader(options.frameBytesMax)
  let bytes = 0
  const pass = (data: StreamMessageEvent['data']): Uint8Array => {
    bytes += data.byteLength
    if (bytes > options.streamBytesMax) throw new PeerageError('MESSAGE_TOO_LARGE')
    const passed: Uint8Array[] = []
    for (const frame of reader.read(data.subarray())) {
      const filtered = frame.ok ? options.filter(frame.value) : frame
      if (!filtered.ok) throw new PeerageError(filtered.fault, filtered.detail)
      passed.push(encodeFrame(filtered.value))
    }
    return concatBytes(passed)
  }
  stream.addEventListener('message', (event) => {
    try {
      event.data = pass(event.data)
      if (event.data.byteLength === 0) event.stopImmediatePropagation()
    } catch (error) {
      // An exception that left a listener would end the process.
      event.stopImmediatePropagation()
      const reason = error instanceof PeerageError ? error : new PeerageError('INTERNAL', {}, error)
      options.onCut?.(reason.code)
      stream.abort(reason)
    }
  })
}
