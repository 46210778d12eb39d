import type { Connection, ConnectionGater, Libp2p, Stream } from '@libp2p/interface'
import { createLibp2p } from 'libp2p'
import type { PrivateKey, PublicKey } from '../crypto/ed25519.ts'
import { PeerageError, toPeerageError } from '../errors.ts'
import type { NetworkId } from '../identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { Clock } from '../time/clock.ts'
import { deadline } from '../time/deadline.ts'
import { RateLimit } from '../time/rate-limit.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'
import { addressBudgetKey } from './address-budget-key.ts'
import { announcedAddresses } from './announced-addresses.ts'
import { DeskPlaces } from './desk-places.ts'
import {
  createEnrollmentChannel,
  ENROLLMENT_PROTOCOL,
  type EnrollmentChannel
} from './enrollment-channel.ts'
import { frontDeskNoise } from './front-desk-noise.ts'
import { fromLibp2pError } from './libp2p-error.ts'
import { libp2pKeyOf, publicKeyOfPeer } from './libp2p-identity.ts'
import { libp2pLog } from './libp2p-log.ts'
import { ListeningTcp } from './listening-tcp.ts'
import { survivingYamux } from './surviving-muxer.ts'

/** A stranger whose connection proved that they hold the private half of `publicKey`. */
export interface Joiner {
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
}

/**
 * Serves one joiner to the end, with deadlines of its own. The connection is closed afterwards,
 * and reset when this rejects.
 */
export type ServeJoiner = (channel: EnrollmentChannel, joiner: Joiner) => Promise<void>

export interface FrontDeskComponents {
  /** The key of the desk itself; neither the node key nor the authority key. */
  readonly key: PrivateKey
  readonly network: NetworkId
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
  readonly serve: ServeJoiner
}

export interface FrontDeskInit {
  /** TCP multiaddrs as text. */
  readonly listen: readonly string[]
  /** Addresses put into invites instead of the listening ones, as text without `/p2p/`. */
  readonly announce?: readonly string[]
  readonly connectionsMax?: number
  readonly ratePerAddressPerMinute?: number
  readonly burstPerAddress?: number
  /** Time for the handshake and, again, for opening the stream. */
  readonly idleMs?: number
}

export interface FrontDeskHost {
  start(): Promise<void>
  stop(): Promise<void>
  /** Multiaddrs with `/p2p/` and the id of the desk, as text; empty before `start`. */
  addresses(): readonly string[]
}

/**
 * Where strangers enroll: a libp2p host of its own, so that no protocol of the overlay can be
 * reached without a certificate (DESIGN invariant 2, SR-ADM-1). It speaks one protocol, and keeps
 * nothing of a stranger once the connection is closed.
 *
 * `start` throws `ADDRESS_IN_USE` or `ADDRESS_INVALID`.
 */
export async function createFrontDeskHost(
  components: FrontDeskComponents,
  init: FrontDeskInit
): Promise<FrontDeskHost> {
  const { logger } = components
  const idleMs = init.idleMs ?? LIMITS.enrollMs
  const tcp = new ListeningTcp()
  const libp2p = await createLibp2p({
    start: false,
    privateKey: libp2pKeyOf(components.key),
    logger: libp2pLog(logger),
    addresses: {
      listen: [...init.listen],
      announce: [...(init.announce ?? [])],
      announceFilter: announcedAddresses
    },
    transports: [(tcpComponents) => tcp.create(tcpComponents)],
    connectionEncrypters: [frontDeskNoise(components.network)],
    streamMuxers: [frontDeskMuxer()],
    connectionGater: createGater(components, init),
    connectionManager: {
      // The gater counts both, and lets places go round where this would turn everybody away.
      maxConnections: Number.MAX_SAFE_INTEGER,
      maxIncomingPendingConnections: Number.MAX_SAFE_INTEGER,
      // The gater below counts per address, over minutes and for all of an IPv6 site.
      inboundConnectionThreshold: Number.MAX_SAFE_INTEGER,
      resolvers: {},
      inboundUpgradeTimeout: Math.min(idleMs, LIMITS.upgradeMs),
      inboundStreamProtocolNegotiationTimeout: idleMs
    },
    // Enrollment ends by itself; nothing is gained by pinging a stranger.
    connectionMonitor: { enabled: false },
    services: {}
  })
  limitIdleness(libp2p, components.scheduler, idleMs)
  await libp2p.handle(
    ENROLLMENT_PROTOCOL,
    async (stream, connection) => {
      try {
        await serveStream(stream, connection, components)
        await closeFlushed(stream, connection, components.scheduler, idleMs)
      } catch (error) {
        logger.debug('front-desk.connection-cut', { reason: toPeerageError(error).code })
        connection.abort(toPeerageError(error))
      }
    },
    { maxInboundStreams: 1, maxOutboundStreams: 0 }
  )
  return {
    async start() {
      try {
        await libp2p.start()
      } catch (error) {
        throw tcp.takeFailure() ?? fromLibp2pError(error)
      }
      logger.info('front-desk.opened', { addresses: libp2p.getMultiaddrs().length })
    },
    async stop() {
      await libp2p.stop()
    },
    addresses: () => libp2p.getMultiaddrs().map(String)
  }
}

/** The smallest windows that the muxer knows: messages are small and come in turns. */
export function frontDeskMuxer(): ReturnType<typeof survivingYamux> {
  return survivingYamux({
    enableKeepAlive: false,
    maxInboundStreams: LIMITS.enrollStreamsMax,
    maxOutboundStreams: LIMITS.enrollStreamsMax,
    maxEarlyStreams: LIMITS.enrollStreamsMax,
    streamOptions: {
      initialStreamWindowSize: LIMITS.streamWindowBytesInitial,
      maxStreamWindowSize: LIMITS.streamWindowBytesInitial,
      maxReadBufferLength: 2 * LIMITS.streamWindowBytesInitial,
      maxWriteBufferLength: 2 * LIMITS.streamWindowBytesInitial
    }
  })
}

/** Counts connections of one address before any cryptography; refuses all keys but Ed25519. */
function createGater({ clock, logger }: FrontDeskComponents, init: FrontDeskInit): ConnectionGater {
  const rate = {
    count: init.ratePerAddressPerMinute ?? LIMITS.enrollRatePerAddressPerMinute,
    perMs: 60_000,
    burst: init.burstPerAddress ?? LIMITS.enrollBurstPerAddress
  }
  const connections = new RateLimit(clock, rate, LIMITS.enrollAddressesMax)
  const places = new DeskPlaces(init.connectionsMax ?? LIMITS.enrollConnectionsMax)
  return {
    denyDialPeer: () => true,
    denyDialMultiaddr: () => true,
    denyInboundConnection(connection) {
      const isEarly = !connections.take(addressBudgetKey(connection.remoteAddr))
      if (isEarly) logger.debug('front-desk.address-limited')
      return isEarly || !places.take(connection)
    },
    denyInboundEncryptedConnection: (peer) => peer.type !== 'Ed25519',
    filterMultiaddrForPeer: () => false
  }
}

/**
 * A connection without a stream is cut after `idleMs`. Whatever libp2p noted about the stranger is
 * dropped at the end: its peer store has no bound of its own.
 */
function limitIdleness(libp2p: Libp2p, scheduler: Scheduler, idleMs: number): void {
  const timers = new Map<string, CancelTimer>()
  libp2p.addEventListener('connection:open', ({ detail: connection }) => {
    const abortIdle = () => {
      if (connection.streams.every((stream) => stream.protocol !== ENROLLMENT_PROTOCOL)) {
        connection.abort(new Error('no enrollment was started'))
      }
    }
    timers.set(connection.id, scheduler.after(idleMs, abortIdle))
  })
  libp2p.addEventListener('connection:close', ({ detail: connection }) => {
    timers.get(connection.id)?.()
    timers.delete(connection.id)
    void libp2p.peerStore.delete(connection.remotePeer).catch(() => {
      // The store fails only once the host has stopped, and then it is gone as a whole.
    })
  })
}

async function serveStream(
  stream: Stream,
  connection: Connection,
  { serve }: FrontDeskComponents
): Promise<void> {
  const publicKey = publicKeyOfPeer(connection.remotePeer)
  if (publicKey === undefined) throw new PeerageError('PEER_KEY_TYPE')
  const channel = createEnrollmentChannel(stream, LIMITS.enrollRequestBytesMax)
  await serve(channel, { nodeId: nodeIdOf(publicKey), publicKey })
}

/**
 * Lets the last answer reach the joiner, who may be slow but not forever. A joiner that closes
 * first ends it, too: libp2p then waits for a flush that never comes.
 */
async function closeFlushed(
  stream: Stream,
  connection: Connection,
  scheduler: Scheduler,
  ms: number
): Promise<void> {
  const closed = new Promise((resolve) => {
    connection.addEventListener('close', resolve, { once: true })
  })
  if (connection.status !== 'open') return
  const closing = deadline(scheduler, ms)
  const close = async () => {
    await stream.close({ signal: closing.signal })
    await connection.close({ signal: closing.signal })
  }
  try {
    await Promise.race([closed, close()])
  } finally {
    closing.release()
  }
}
