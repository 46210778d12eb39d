import { type TCPComponents, tcp } from '@libp2p/tcp'
import { type ErrorCode, PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { libp2pFault } from './libp2p-error.ts'

type Tcp = ReturnType<ReturnType<typeof tcp>>

/**
 * The only transport. libp2p reports failed listeners as one text; this keeps the first reason.
 */
export class ListeningTcp {
  #failure: PeerageError | undefined

  /** For `transports` of libp2p. */
  create(components: TCPComponents): Tcp {
    const transport = tcp({
      maxConnections: LIMITS.connectionsMax + LIMITS.pendingInboundMax + LIMITS.pendingReservedMax,
      inboundSocketInactivityTimeout: LIMITS.socketIdleMs,
      outboundSocketInactivityTimeout: LIMITS.socketIdleMs
    })(components)
    const createListener = transport.createListener.bind(transport)
    transport.createListener = (options) => {
      const listener = createListener(options)
      const listen = listener.listen.bind(listener)
      listener.listen = async (address) => {
        try {
          await listen(address)
        } catch (error) {
          this.#failure ??= new PeerageError(listenFault(error), { address: `${address}` }, error)
          throw error
        }
      }
      return listener
    }
    return transport
  }

  /** Why listening failed: `ADDRESS_IN_USE`, or `ADDRESS_INVALID` for all else. */
  takeFailure(): PeerageError | undefined {
    const failure = this.#failure
    this.#failure = undefined
    return failure
  }
}

function listenFault(error: unknown): ErrorCode {
  return libp2pFault(error).fault === 'ADDRESS_IN_USE' ? 'ADDRESS_IN_USE' : 'ADDRESS_INVALID'
}
