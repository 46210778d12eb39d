import type { NoiseComponents } from '@chainsafe/libp2p-noise'
import {
  type ConnectionEncrypter,
  type Libp2p,
  UnexpectedPeerError,
  UnsupportedProtocolError
} from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import type { Multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { parseNodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import { silentLogger } from '../log.ts'
import { parseDialAddress } from './dialable-address.ts'
import {
  createEnrollmentChannel,
  ENROLLMENT_PROTOCOL,
  type EnrollmentChannel
} from './enrollment-channel.ts'
import { frontDeskMuxer } from './front-desk-host.ts'
import { frontDeskNoise } from './front-desk-noise.ts'
import { libp2pFault } from './libp2p-error.ts'
import { libp2pKeyOf } from './libp2p-identity.ts'
import { libp2pLog } from './libp2p-log.ts'

export interface FrontDeskLine {
  readonly channel: EnrollmentChannel
  /** Ends the connection and the host behind it. */
  close(): Promise<void>
}

export interface FrontDeskCaller {
  /** The node key: the handshake proves possession of the very key that is to be certified. */
  readonly key: PrivateKey
  readonly network: NetworkId
}

/**
 * `PEER_UNREACHABLE` nothing answers; `CONNECTION_CLOSED` cut before the handshake, as a desk does
 * with an address that comes too often; `WRONG_NETWORK` the other side does not share the prologue;
 * `HANDSHAKE_FAILED` it does not hold the key of the address; `PROTOCOL_UNSUPPORTED` no desk.
 */
export type DialFault =
  | 'ADDRESS_INVALID'
  | 'CONNECTION_CLOSED'
  | 'HANDSHAKE_FAILED'
  | 'PEER_UNREACHABLE'
  | 'PROTOCOL_UNSUPPORTED'
  | 'WRONG_NETWORK'

/**
 * Dials one address of a front desk (a multiaddr that ends in `/p2p/` and the id of the desk) from
 * a host that lives only for this call and listens nowhere. Throws the reason of `signal` when it
 * aborts.
 */
export async function dialFrontDesk(
  caller: FrontDeskCaller,
  address: string,
  signal: AbortSignal
): Promise<Verdict<FrontDeskLine, DialFault>> {
  const target = parseAddress(address)
  if (target === undefined) return refuse('ADDRESS_INVALID', { address })
  const stage: Stage = { fault: 'PEER_UNREACHABLE' }
  const libp2p = await createDialer(caller, stage)
  try {
    signal.throwIfAborted()
    const connection = await libp2p.dial(target, {
      signal,
      onProgress: (event) => {
        // Reported by the upgrader once a socket is connected, before the handshake.
        if (event.type === 'upgrader:encrypt-outbound-connection') stage.fault = 'CONNECTION_CLOSED'
      }
    })
    stage.fault = 'CONNECTION_CLOSED'
    const stream = await connection.newStream(ENROLLMENT_PROTOCOL, { signal })
    const channel = createEnrollmentChannel(stream, LIMITS.enrollResponseBytesMax)
    const close = async () => {
      // Everything has arrived by now. A graceful close that meets the one of the desk can wait
      // for ever (libp2p 3.3.11), and `stop` waits for it.
      connection.abort(new PeerageError('CONNECTION_CLOSED'))
      await libp2p.stop()
    }
    return accept({ channel, close })
  } catch (error) {
    await libp2p.stop()
    if (signal.aborted) throw signal.reason
    return refuse(dialFault(error, stage), { address })
  }
}

function dialFault(error: unknown, { fault }: Stage): DialFault {
  if (error instanceof UnsupportedProtocolError) return 'PROTOCOL_UNSUPPORTED'
  // A desk that resets at once may be noticed while the socket still counts as connecting.
  return libp2pFault(error).fault === 'CONNECTION_CLOSED' && fault === 'PEER_UNREACHABLE'
    ? 'CONNECTION_CLOSED'
    : fault
}

/** How far a dial has come, as the fault it would be to fail now. */
interface Stage {
  fault: DialFault
}

async function createDialer(caller: FrontDeskCaller, stage: Stage): Promise<Libp2p> {
  return await createLibp2p({
    privateKey: libp2pKeyOf(caller.key),
    logger: libp2pLog(silentLogger),
    addresses: { listen: [] },
    transports: [tcp()],
    connectionEncrypters: [observeHandshake(caller.network, stage)],
    streamMuxers: [frontDeskMuxer()],
    connectionGater: {
      denyInboundConnection: () => true,
      denyOutboundEncryptedConnection: (peer) => peer.type !== 'Ed25519',
      // The default of libp2p for browsers would refuse private addresses; desks may have them.
      denyDialMultiaddr: () => false
    },
    connectionManager: { resolvers: {} },
    connectionMonitor: { enabled: false },
    services: {}
  })
}

/** The upgrader turns every failure into one class; this remembers which one it was. */
function observeHandshake(
  network: NetworkId,
  stage: Stage
): (components: NoiseComponents) => ConnectionEncrypter {
  return (components) => {
    const noise = frontDeskNoise(network)(components)
    return {
      protocol: noise.protocol,
      secureInbound: async (connection, options) => noise.secureInbound(connection, options),
      async secureOutbound(connection, options) {
        try {
          return await noise.secureOutbound(connection, options)
        } catch (error) {
          stage.fault = handshakeFault(error)
          throw error
        }
      }
    }
  }
}

function handshakeFault(error: unknown): DialFault {
  if (error instanceof UnexpectedPeerError) return 'HANDSHAKE_FAILED'
  // Noise keeps its class to itself; the code is part of it. The first message that is encrypted
  // does not open when the prologue differs, and for no other reason with an honest desk.
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ERR_INVALID_CRYPTO_EXCHANGE' ? 'WRONG_NETWORK' : 'CONNECTION_CLOSED'
}

/** The address ends in the id of the desk, or nobody could say who answers there. */
function parseAddress(address: string): Multiaddr | undefined {
  const nodeId = parseNodeId(address.slice(address.lastIndexOf('/') + 1))
  const parsed = nodeId.ok ? parseDialAddress(address, nodeId.value) : nodeId
  return parsed.ok ? parsed.value : undefined
}
