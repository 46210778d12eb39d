import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import type { ConnectionEncrypter, Libp2p, PrivateKey as Libp2pKey } from '@libp2p/interface'
import { tcp } from '@libp2p/tcp'
import { type LengthPrefixedStream, lpStream } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { pEvent } from 'p-event'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { utf8 } from '../../src/encoding/bytes.ts'
import type { Verdict } from '../../src/encoding/verdict.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { type NodeId, nodeIdOf } from '../../src/identity/node-id.ts'
import { silentLogger } from '../../src/log.ts'
import { CERTIFIED_NOISE } from '../../src/overlay/certified-noise.ts'
import { routingTableOf } from '../../src/overlay/dht.ts'
import type { FreshnessLimits } from '../../src/overlay/freshness.ts'
import { createHost, type Host, type Refusal } from '../../src/overlay/host.ts'
import { peerIdOf } from '../../src/overlay/libp2p-identity.ts'
import type { ConnectedPeer } from '../../src/overlay/overlay-api.ts'
import type { StandingView } from '../../src/reputation/standing-view.ts'
import type { TrustLog } from '../../src/trust/trust-log.ts'
import { accepted, createTestNetwork, type TestNetwork } from './trust-network.ts'

/** A protocol of which every host counts the calls: one byte more than none is a leak. */
const PROBE = '/peerage/probe/1.0.0'

const LOOPBACK = '/ip4/127.0.0.1/tcp/0'

type Counted = 'connection:open' | 'peer:connect' | 'peer:identify' | 'probe'

/** What a host has heard of others, by the id of the peer. */
export class PeerEvents {
  readonly #counts = new Map<string, number>()
  #counted = Promise.withResolvers<void>()

  constructor(libp2p: Libp2p) {
    libp2p.addEventListener('connection:open', (e) =>
      this.#count('connection:open', `${e.detail.remotePeer}`)
    )
    libp2p.addEventListener('peer:connect', (e) => this.#count('peer:connect', `${e.detail}`))
    libp2p.addEventListener('peer:identify', (e) =>
      this.#count('peer:identify', `${e.detail.peerId}`)
    )
  }

  async handleProbe(libp2p: Libp2p): Promise<void> {
    await libp2p.handle(PROBE, (stream, connection) => {
      this.#count('probe', `${connection.remotePeer}`)
      stream.abort(new Error('probed'))
    })
  }

  /** Waits for the first event of this name about the peer. */
  async first(name: Counted, nodeId: string): Promise<void> {
    while (this.of(nodeId)[name] === 0) await this.#counted.promise
  }

  of(nodeId: string): Record<Counted, number> {
    const count = (name: Counted) => this.#counts.get(`${name} ${nodeId}`) ?? 0
    return {
      'connection:open': count('connection:open'),
      'peer:connect': count('peer:connect'),
      'peer:identify': count('peer:identify'),
      probe: count('probe')
    }
  }

  #count(name: Counted, nodeId: string): void {
    const key = `${name} ${nodeId}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    this.#counted.resolve()
    this.#counted = Promise.withResolvers()
  }
}

export const NOTHING_HEARD = {
  'connection:open': 0,
  'peer:connect': 0,
  'peer:identify': 0,
  probe: 0
} as const

export interface TestIdentity {
  readonly key: PrivateKey
  readonly nodeId: NodeId
  certificate: Uint8Array
}

export interface TestNode extends TestIdentity {
  /** What the host shows in handshakes; a test renews the certificate here. */
  readonly identity: TestIdentity
  readonly host: Host
  readonly log: TrustLog
  readonly heard: PeerEvents
  readonly refusals: Refusal[]
  /** What it has found that other nodes did wrong. */
  readonly outcomes: { readonly nodeId: NodeId; readonly code: ErrorCode }[]
  readonly closings: { readonly nodeId: NodeId; readonly reason: ErrorCode | undefined }[]
  /** Takes over everything that the authority has written. */
  sync(): void
  /** Dials another node at all its addresses. */
  dial(to: { readonly host: Host }): Promise<Verdict<ConnectedPeer>>
  /** The next time that anything is refused, admitted or closed. */
  next(): Promise<void>
}

export interface StartOptions {
  readonly log?: TrustLog
  /** Without it a view is never too old. */
  readonly maxAge?: FreshnessLimits
  /** Without it everybody is neutral. */
  readonly standings?: StandingView
}

export interface OverlayNetwork extends TestNetwork {
  enroll(member: string, node: string): Promise<TestIdentity>
  /** A started node on loopback with an own copy of the trust log. */
  start(identity: TestIdentity, options?: StartOptions): Promise<TestNode>
  /** Enrolls and starts. */
  node(member: string, node: string): Promise<TestNode>
  /** A host that does in the handshake what the test says. */
  stranger(encrypter: StrangerNoise, key?: Libp2pKey): Promise<Libp2p>
  stop(): Promise<void>
}

export type StrangerNoise = NonNullable<
  NonNullable<Parameters<typeof createLibp2p>[0]>['connectionEncrypters']
>[number]

/** A network with real keys, certificates, trust logs and libp2p hosts; only time is faked. */
export function createOverlayNetwork(seed: string): OverlayNetwork {
  const network = createTestNetwork(seed)
  const stops: (() => Promise<void>)[] = []
  const enroll = async (member: string, node: string): Promise<TestIdentity> => {
    const key = PrivateKey.generate(network.random)
    const { publicKey } = key
    const { certificate } = await network.authority.enroll({
      member,
      groups: [],
      node,
      publicKey,
      method: 'invite',
      assurance: 1,
      invite: ''
    })
    return { key, nodeId: nodeIdOf(publicKey), certificate }
  }
  const start: OverlayNetwork['start'] = async (identity, options = {}) => {
    const log = options.log ?? network.newcomer()
    if (options.log === undefined) syncLogs(network.log, log)
    const node = await startNode(network, identity, log, options)
    stops.push(async () => node.host.stop())
    return node
  }
  return {
    ...network,
    enroll,
    start,
    async node(member, name) {
      return await start(await enroll(member, name))
    },
    async stranger(encrypter, key) {
      const libp2p = await createLibp2p({
        ...(key === undefined ? {} : { privateKey: key }),
        addresses: { listen: [LOOPBACK] },
        transports: [tcp()],
        connectionEncrypters: [encrypter],
        streamMuxers: [yamux()],
        connectionMonitor: { enabled: false }
      })
      stops.push(async () => libp2p.stop())
      return libp2p
    },
    async stop() {
      await Promise.all(stops.map(async (stop) => stop()))
    }
  }
}

async function startNode(
  network: TestNetwork,
  identity: TestIdentity,
  log: TrustLog,
  options: StartOptions
): Promise<TestNode> {
  const refusals: Refusal[] = []
  const outcomes: { nodeId: NodeId; code: ErrorCode }[] = []
  const closings: { nodeId: NodeId; reason: ErrorCode | undefined }[] = []
  let happened = Promise.withResolvers<void>()
  const tell = () => {
    happened.resolve()
    happened = Promise.withResolvers()
  }
  const { clock } = network
  const host = await createHost(
    {
      key: identity.key,
      trust: log,
      clock,
      scheduler: clock,
      log: silentLogger,
      ...(options.standings === undefined ? {} : { standings: options.standings }),
      ...(options.maxAge === undefined ? {} : { maxAge: options.maxAge }),
      certificate: () => identity.certificate
    },
    {
      listen: [LOOPBACK],
      version: '0.0',
      onAdmitted: tell,
      onRefused(refusal) {
        refusals.push(refusal)
        tell()
      },
      onOutcome(nodeId, _protocolId, code) {
        outcomes.push({ nodeId, code })
        tell()
      },
      onClosed(nodeId, reason) {
        closings.push({ nodeId, reason })
        tell()
      }
    }
  )
  const heard = new PeerEvents(host.libp2p)
  await heard.handleProbe(host.libp2p)
  await host.start()
  return {
    ...identity,
    identity,
    host,
    log,
    heard,
    refusals,
    outcomes,
    closings,
    sync: () => syncLogs(network.log, log),
    dial: async (to) => host.dial(to.host.nodeId, to.host.addresses()),
    next: async () => happened.promise
  }
}

function syncLogs(from: TrustLog, to: TrustLog): void {
  accepted(to.advance({ checkpoint: from.head().bytes, entries: from.entries(to.size, from.size) }))
}

/** Waits until the node is in the DHT routing table of another. */
export async function inRoutingTable(of: TestNode, node: TestIdentity): Promise<void> {
  const { dht } = of.host.libp2p.services
  const peerId = peerIdOf(node.nodeId)
  const table = routingTableOf(dht)
  while ((await table.find(peerId)) === undefined) {
    await pEvent(table, 'peer:add', { signal: AbortSignal.timeout(10_000) })
  }
}

/** Waits until `isDone`, looking again whenever something happened at the node. */
export async function until(node: TestNode, isDone: () => boolean): Promise<void> {
  while (!isDone()) await node.next()
}

/** Opens a stream of the probe protocol as any peer could. */
export async function probe(from: Libp2p, address: string): Promise<void> {
  const stream = await from.dialProtocol(multiaddr(address), PROBE)
  stream.abort(new Error('enough'))
}

/** What a stranger does once Noise is done; it may never settle. */
export type HandshakeScript = (
  frames: LengthPrefixedStream,
  direction: 'inbound' | 'outbound'
) => Promise<void>

/** Certified Noise with the right protocol id and prologue, and any messages inside. */
export function scriptedNoise(prologue: string, script: HandshakeScript): StrangerNoise {
  return (components) => {
    const inner = noise({ prologueBytes: utf8(prologue) })(components)
    const encrypter: ConnectionEncrypter = {
      protocol: CERTIFIED_NOISE,
      async secureInbound(connection, options) {
        const secured = await inner.secureInbound(connection, options)
        const frames = lpStream(secured.connection)
        await script(frames, 'inbound')
        return { ...secured, connection: frames.unwrap() }
      },
      async secureOutbound(connection, options) {
        const secured = await inner.secureOutbound(connection, options)
        const frames = lpStream(secured.connection)
        await script(frames, 'outbound')
        return { ...secured, connection: frames.unwrap() }
      }
    }
    return encrypter
  }
}
