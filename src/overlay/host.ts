import { type Identify, identify } from '@libp2p/identify'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import type { Ping } from '@libp2p/ping'
import { createLibp2p } from 'libp2p'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../errors.ts'
import { CertificateMemory } from '../identity/certificate-memory.ts'
import { type NodeId, nodeIdOf } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import { closestNodes } from '../records/location.ts'
import { NO_STANDINGS, type StandingView } from '../reputation/standing-view.ts'
import type { Clock } from '../time/clock.ts'
import { deadline } from '../time/deadline.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { successionOf } from '../trust/succession.ts'
import {
  encodeHello,
  type Judgment,
  judgeBan,
  judgeHello,
  judgeRenewed,
  type TrustView
} from './admission.ts'
import { announcedAddresses } from './announced-addresses.ts'
import { cappedPing } from './capped-ping.ts'
import {
  type AdmissionRefusal,
  CERTIFIED_NOISE,
  certifiedNoise,
  type TransportConnection
} from './certified-noise.ts'
import { CertifiedPeers } from './certified-peers.ts'
import { judgePlace } from './connection-places.ts'
import { cutPeer } from './cut.ts'
import { type Defense, NONE_LEFT_OUT } from './defense.ts'
import { DHT_PROTOCOL, routingDht, routingTableOf } from './dht.ts'
import { parseDialAddress } from './dialable-address.ts'
import { eagerSelection } from './eager-selection.ts'
import { ANY_AGE, Freshness, type FreshnessLimits } from './freshness.ts'
import { createFrontDoor, type FrontDoor } from './front-door.ts'
import { createGate } from './gate.ts'
import { guardedMuxer } from './guarded-muxer.ts'
import { createHeartbeat } from './heartbeat.ts'
import { connectionBounds, muxerBounds } from './host-settings.ts'
import { lazyWindows } from './lazy-windows.ts'
import { attempt, fromLibp2pError } from './libp2p-error.ts'
import { libp2pKeyOf, nodeIdOfPeer, peerIdOf } from './libp2p-identity.ts'
import { libp2pLog } from './libp2p-log.ts'
import { ListeningTcp } from './listening-tcp.ts'
import { createMembership, type Membership } from './membership.ts'
import { MissingNews } from './missing-news.ts'
import type { CallOptions, ConnectedPeer } from './overlay-api.ts'
import { announcePeers, type PeerEvents } from './peer-events.ts'
import type { OnOutcome } from './requests.ts'
import { keepPoolsSmall } from './small-pools.ts'
import { StoredAddresses } from './stored-addresses.ts'
import { survivingYamux } from './surviving-muxer.ts'

export interface HostServices extends Record<string, unknown> {
  readonly identify: Identify
  readonly ping: Ping
  readonly dht: KadDHT
}

/** A handshake without admission; the address is that of the other end, as text. */
export interface Refusal extends AdmissionRefusal {
  readonly address: string
}

export interface HostComponents {
  readonly key: PrivateKey
  readonly trust: TrustView
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly log: Logger
  /** How old the view of this node may be; without it, any age. */
  readonly maxAge?: FreshnessLimits
  /** What is known of the behavior of peers; without it everybody is neutral. */
  readonly standings?: StandingView
  /** The certificate to show, in DER; asked for in each handshake, since it is renewed. */
  readonly certificate: () => Uint8Array
}

export interface HostInit extends PeerEvents {
  /** TCP multiaddrs as text. */
  readonly listen: readonly string[]
  /** Told to peers instead of the listening addresses. */
  readonly announce?: readonly string[]
  /** `major.minor` of this software; all that identify says about it. */
  readonly version: string
  /** Proof that the authority has signed two histories, for a peer that is refused as a fork. */
  readonly evidence?: () => Uint8Array | undefined
  readonly onEvidence?: (evidence: Uint8Array) => void
  readonly onRefused?: (refusal: Refusal) => void
  /** Bounds left out, by the control of an attack only. */
  readonly without?: ReadonlySet<Defense>
  /** What a peer caused, by its code; each thing once. */
  readonly onOutcome?: OnOutcome
  /** Addresses that a node has signed, as text without `/p2p/`; default: none is known. */
  readonly signedAddresses?: (nodeId: NodeId) => readonly string[]
}

/** The libp2p host of the overlay, with everything that DESIGN §5 decides about it. */
export interface Host {
  readonly nodeId: NodeId
  readonly libp2p: Libp2p<HostServices>
  readonly certified: CertifiedPeers
  readonly membership: Membership
  readonly news: MissingNews
  /** Throws `ADDRESS_IN_USE` or `ADDRESS_INVALID`. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Announced multiaddrs with the node id, as text; empty before `start`. */
  addresses(): readonly string[]
  peers(): readonly ConnectedPeer[]
  peer(nodeId: NodeId): ConnectedPeer | undefined
  /**
   * Judges every admitted peer by what is known now. Those that fail are cut before it returns its
   * promise, which settles when they are forgotten.
   */
  rejudge(): Promise<void>
  /** Has a renewed certificate speak for a connected peer. Faults: those of `judgeRenewed`. */
  recertify(nodeId: NodeId, der: Uint8Array): Verdict<void>
  /** Ends all connections of the peer before it returns its promise, then forgets it. */
  cut(nodeId: NodeId, reason: ErrorCode): Promise<void>
  /** Connects under the given addresses, or those libp2p knows when there are none. */
  dial(
    nodeId: NodeId,
    addresses: readonly string[],
    options?: CallOptions
  ): Promise<Verdict<ConnectedPeer>>
  /** Round-trip time in milliseconds to a connected peer. */
  ping(nodeId: NodeId, options?: CallOptions): Promise<Verdict<number>>
  /** Node ids closest to a 32-byte location by a lookup in the DHT, at most k, closest first. */
  closestPeers(location: Uint8Array, options?: CallOptions): Promise<readonly NodeId[]>
}

/** Builds the host; nothing listens or dials before `start`. */
export async function createHost(components: HostComponents, init: HostInit): Promise<Host> {
  keepPoolsSmall()
  const certified = new CertifiedPeers()
  const parts: Parts = {
    ...components,
    self: nodeIdOf(components.key.publicKey),
    certified,
    membership: createMembership(components.trust, certified),
    standings: components.standings ?? NO_STANDINGS,
    freshness: new Freshness(components.trust, components.maxAge ?? ANY_AGE),
    news: new MissingNews(components.trust, components.scheduler),
    tcp: new ListeningTcp(),
    cutReasons: new Map()
  }
  const libp2p = await assemble(parts, init)
  return operate(libp2p, parts, init)
}

interface Parts extends HostComponents {
  readonly self: NodeId
  readonly certified: CertifiedPeers
  readonly membership: Membership
  readonly freshness: Freshness
  readonly standings: StandingView
  readonly news: MissingNews
  readonly tcp: ListeningTcp
  /** Why this node has cut peers whose last connection is about to end. */
  readonly cutReasons: Map<NodeId, ErrorCode>
}

async function assemble(parts: Parts, init: HostInit): Promise<Libp2p<HostServices>> {
  const { self, membership, standings, clock, log } = parts
  const { without = NONE_LEFT_OUT } = init
  const addresses = new StoredAddresses(init.signedAddresses ?? (() => []))
  const door = createFrontDoor(clock, without, (connection) => {
    const address = connection.remoteAddr.toString()
    init.onRefused?.({ code: 'HANDSHAKE_FAILED', direction: 'inbound', by: 'us', address })
  })
  return await createLibp2p<HostServices>({
    start: false,
    privateKey: await libp2pKeyOf(parts.key),
    logger: libp2pLog(log),
    nodeInfo: { name: 'peerage', version: init.version, userAgent: `peerage/${init.version}` },
    addresses: {
      listen: [...init.listen],
      announce: [...(init.announce ?? [])],
      announceFilter: announcedAddresses
    },
    transports: [(tcpComponents) => parts.tcp.create(tcpComponents)],
    connectionProtector: () => eagerSelection(CERTIFIED_NOISE),
    connectionEncrypters: [admittingNoise(parts, door, init)],
    streamMuxers: [guardedMuxer(lazyWindows(survivingYamux(muxerBounds())), { clock, without })],
    connectionGater: createGate({ ...parts, without, handshakes: door.pending, addresses }),
    connectionManager: connectionBounds(without),
    // It would ping every connection every ten seconds and cut slow ones; the muxer keeps alive.
    connectionMonitor: { enabled: false },
    services: {
      identify: identify({ maxMessageSize: LIMITS.identifyBytesMax }),
      ping: cappedPing(),
      dht: routingDht({
        self,
        without,
        isMember: (nodeId) => membership.isMember(nodeId),
        isAsked: (nodeId) => standings.consequences({ nodeId }).isAsked,
        onFault(peerId, code) {
          log.info('dht.fault', { nodeId: peerId.toString(), code })
          const nodeId = nodeIdOfPeer(peerId)
          if (nodeId !== undefined) init.onOutcome?.(nodeId, DHT_PROTOCOL, code)
        }
      })
    }
  })
}

function admittingNoise(
  parts: Parts,
  door: FrontDoor,
  init: HostInit
): ReturnType<typeof certifiedNoise> {
  const { trust, clock, certified, freshness, standings, cutReasons } = parts
  const known = new CertificateMemory(LIMITS.verifiedCertificatesMax)
  return certifiedNoise({
    network: trust.network,
    scheduler: parts.scheduler,
    hello: () =>
      encodeHello({
        certificate: parts.certificate(),
        checkpoint: trust.head().bytes,
        succession: successionOf(trust, clock.now())
      }),
    judge(key, hello, direction) {
      const context = { now: clock.now(), known, freshness, standings }
      const judged = judgeHello(trust, key, hello, context)
      if (!judged.ok || direction === 'outbound') return judged
      return judgePlace(judged.value.peer, { certified, standings }) ?? judged
    },
    evidence: init.evidence,
    onEvidence: init.onEvidence,
    onStarted: (connection) => door.pending.claim(connection),
    mayBegin: ({ remoteAddr }) => remoteAddr === undefined || door.budget.take(remoteAddr),
    onAdmitted(judgment: Judgment, direction, connection) {
      door.pending.settle(connection)
      if (connection.remoteAddr !== undefined) door.recent.admitted(connection.remoteAddr)
      // One that has closed already would never be released; the gate refuses it instead.
      if (connection.status !== 'open') return
      const { nodeId } = judgment.peer
      certified.admit({ ...judgment, direction, since: clock.now() }, connection)
      parts.news.shown(judgment.logSize)
      connection.addEventListener('close', ({ error }) => {
        // A bound of ours has ended it from below, and says why by the error alone.
        if (error instanceof PeerageError) cutReasons.set(nodeId, error.code)
        certified.release(nodeId, connection)
      })
    },
    onRefused(refusal, connection) {
      door.pending.settle(connection)
      init.onRefused?.({ ...refusal, address: remoteAddress(connection) })
    }
  })
}

function operate(libp2p: Libp2p<HostServices>, parts: Parts, init: HostInit): Host {
  const { self, trust, certified, membership, freshness, standings } = parts
  const { clock, scheduler, log, cutReasons, news } = parts
  const routingTable = routingTableOf(libp2p.services.dht)
  const cut = async (nodeId: NodeId, reason: ErrorCode) => {
    if (certified.get(nodeId) !== undefined) cutReasons.set(nodeId, reason)
    await cutPeer(libp2p, routingTable, nodeId, reason)
  }
  const heartbeat = createHeartbeat({
    ...{ trust, certified, freshness, clock, scheduler, standings },
    async cut(nodeId, reason) {
      log.info('peer.cut', { nodeId, reason })
      try {
        await cut(nodeId, reason)
      } catch (error) {
        log.warn('peer.forget-failed', { nodeId, code: fromLibp2pError(error).code })
      }
    }
  })
  announcePeers(libp2p, certified, cutReasons, init)
  const peer = (nodeId: NodeId) => connectedPeer(libp2p, certified, nodeId)
  return {
    nodeId: self,
    libp2p,
    certified,
    membership,
    news,
    async start() {
      try {
        await libp2p.start()
      } catch (error) {
        throw parts.tcp.takeFailure() ?? fromLibp2pError(error)
      }
      heartbeat.start()
    },
    async stop() {
      heartbeat.stop()
      news.stop()
      await libp2p.stop()
    },
    addresses: () => libp2p.getMultiaddrs().map(String),
    peers: () => certified.admissions().flatMap((admission) => peer(admission.peer.nodeId) ?? []),
    peer,
    async rejudge() {
      const cuts = heartbeat.rejudge()
      news.look()
      await cuts
    },
    recertify(nodeId, der) {
      const judged = judgeRenewed(trust, nodeId, der, clock.now())
      if (judged.ok) certified.recertify(judged.value)
      return judged.ok ? accept(undefined) : judged
    },
    cut,
    ...createCalls(libp2p, parts, peer)
  }
}

type Calls = Pick<Host, 'dial' | 'ping' | 'closestPeers'>

function createCalls(libp2p: Libp2p<HostServices>, parts: Parts, peer: Host['peer']): Calls {
  const { certified, membership, scheduler } = parts
  const { dht, ping: pingService } = libp2p.services
  const bounded = async <T>(
    ms: number,
    options: CallOptions,
    operation: (signal: AbortSignal) => Promise<T>
  ): Promise<Verdict<T>> => {
    const limit = deadline(scheduler, ms, options.signal)
    try {
      const verdict = await attempt(async () => operation(limit.signal))
      // Whatever libp2p makes of an abort, the reason for it is known here.
      return !verdict.ok && limit.signal.aborted ? refuse(abortFault(limit.signal)) : verdict
    } finally {
      limit.release()
    }
  }
  return {
    async dial(nodeId, addresses, options = {}) {
      const excluded = membership.exclusionOf(nodeId)
      if (excluded !== undefined) return refuse(excluded, { nodeId })
      const banned = judgeBan(parts.standings, { nodeId })
      if (banned !== undefined) return banned
      const targets = addresses.map((address) => parseDialAddress(address, nodeId))
      const usable = targets.flatMap((target) => (target.ok ? [target.value] : []))
      if (usable.length === 0 && addresses.length > 0) return refuse('ADDRESS_INVALID')
      const target = usable.length === 0 ? peerIdOf(nodeId) : usable
      const dialed = await bounded(LIMITS.dialMs, options, async (signal) =>
        libp2p.dial(target, { signal })
      )
      if (!dialed.ok) return dialed
      const connected = peer(nodeId)
      return connected === undefined ? refuse('CONNECTION_CLOSED') : accept(connected)
    },
    async ping(nodeId, options = {}) {
      if (certified.get(nodeId) === undefined) return refuse('PEER_NOT_CONNECTED')
      return await bounded(LIMITS.requestMs, options, async (signal) =>
        pingService.ping(peerIdOf(nodeId), { signal })
      )
    },
    async closestPeers(location, options = {}) {
      const found: NodeId[] = []
      // A lookup that was cut short has found what it has found.
      await bounded(LIMITS.requestMs, options, async (signal) => {
        for await (const event of dht.getClosestPeers(location, { signal })) {
          const nodeId = event.name === 'FINAL_PEER' ? nodeIdOfPeer(event.peer.id) : undefined
          if (nodeId !== undefined && membership.isMember(nodeId)) found.push(nodeId)
        }
      })
      return closestNodes(location, found, LIMITS.replication)
    }
  }
}

function connectedPeer(
  libp2p: Libp2p<HostServices>,
  certified: CertifiedPeers,
  nodeId: NodeId
): ConnectedPeer | undefined {
  const admission = certified.admission(nodeId)
  if (admission === undefined) return undefined
  const connections = libp2p.getConnections(peerIdOf(nodeId)).filter(isOpen)
  if (connections.length === 0) return undefined
  const addresses = connections.map(({ remoteAddr }) => remoteAddr.toString())
  return { ...admission.peer, addresses, direction: admission.direction, since: admission.since }
}

function isOpen(connection: Connection): boolean {
  return connection.status === 'open'
}

function abortFault(signal: AbortSignal): ErrorCode {
  return signal.reason instanceof PeerageError ? signal.reason.code : 'CANCELED'
}

function remoteAddress({ remoteAddr }: TransportConnection): string {
  return remoteAddr?.toString() ?? ''
}
