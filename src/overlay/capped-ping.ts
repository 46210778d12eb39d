import type { StreamHandler, StreamMessageEvent } from '@libp2p/interface'
import { type Ping, type PingComponents, ping } from '@libp2p/ping'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

/**
 * The ping service of libp2p, which kad-dht needs to drop dead contacts, with a bound: by itself it
 * sends back whatever comes, without end.
 */
export function cappedPing(): (components: PingComponents) => Ping {
  const create = ping({ timeout: LIMITS.requestMs })
  return (components) => {
    const { registrar, connectionManager } = components
    return create({
      connectionManager,
      registrar: Object.assign(Object.create(registrar), {
        handle: async (...[protocol, handler, options]: Parameters<typeof registrar.handle>) =>
          registrar.handle(protocol, capped(handler), options)
      })
    })
  }
}

/** The bytes are counted by a listener that was added before those of the service. */
function capped(handler: StreamHandler): StreamHandler {
  return (stream, connection) => {
    let bytes = 0
    stream.addEventListener('message', (event: StreamMessageEvent) => {
      bytes += event.data.byteLength
      if (bytes <= LIMITS.pingStreamBytesMax) return
      event.stopImmediatePropagation()
      stream.abort(new PeerageError('MESSAGE_TOO_LARGE'))
    })
    return handler(stream, connection)
  }
}
