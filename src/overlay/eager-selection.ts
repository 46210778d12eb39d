import type { ConnectionProtector, MessageStream, StreamMessageEvent } from '@libp2p/interface'
import { concatBytes, equalBytes, utf8 } from '../encoding/bytes.ts'
import { encodeVarint } from '../encoding/varint.ts'
import { AdmissionError } from './libp2p-error.ts'

/**
 * The dialer starts Noise without waiting for the answer to its multistream-select: there is one
 * security protocol, so the only answer it would go on with is known, byte for byte. It saves a
 * round trip and changes no byte on the wire, only when the first Noise message is sent.
 *
 * libp2p reads the answer before it calls the encrypter. {@link eagerSelection} lays the expected
 * one into the connection for it to read; {@link requireSelection} then holds what the peer really
 * says against it, and lets Noise have the bytes that follow.
 */
export function eagerSelection(protocol: string): ConnectionProtector {
  return {
    async protect(connection) {
      if (connection.direction === 'outbound') connection.unshift(selectionAnswer(protocol))
      return connection
    }
  }
}

/** In the encrypter of the dialer, before Noise listens. Another answer ends the connection. */
export function requireSelection(connection: MessageStream, protocol: string): void {
  let missing = selectionAnswer(protocol)
  const compare = (event: StreamMessageEvent) => {
    const count = Math.min(missing.length, event.data.byteLength)
    const isExpected = equalBytes(event.data.subarray(0, count), missing.subarray(0, count))
    missing = missing.subarray(count)
    if (!isExpected || missing.length === 0) connection.removeEventListener('message', compare)
    if (isExpected && event.data.byteLength > count) {
      event.data = event.data.subarray(count)
      return
    }
    event.stopImmediatePropagation()
    if (isExpected) return
    // A listener must not end the stream whose events are being dispatched.
    queueMicrotask(() => connection.abort(new AdmissionError('us', 'HANDSHAKE_FAILED')))
  }
  connection.addEventListener('message', compare)
}

/** multistream-select: the header and the protocol, each a line with its length before it. */
function selectionAnswer(protocol: string): Uint8Array {
  const lines = ['/multistream/1.0.0\n', `${protocol}\n`].map(utf8)
  return concatBytes(lines.flatMap((line) => [encodeVarint(line.length), line]))
}
