import {
  isPeerId,
  type Peer,
  type PeerData,
  type PeerId,
  type PeerStore,
  type StreamHandler
} from '@libp2p/interface'
import { type KadDHT, type KadDHTComponents, kadDHT } from '@libp2p/kad-dht'
import { accept } from '../encoding/verdict.ts'
import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Defense } from './defense.ts'
import { filterDhtRequest, filterDhtResponse } from './dht-message.ts'
import { filterFrames } from './frame-filter.ts'
import { nodeIdOfPeer } from './libp2p-identity.ts'

export const DHT_PROTOCOL = '/peerage/kad/1.0.0'

/** Public in the class of kad-dht, missing in its interface. */
export interface RoutingTable extends EventTarget {
  readonly size: number
  remove(peerId: PeerId): Promise<void>
  find(peerId: PeerId): Promise<PeerId | undefined>
}

export interface DhtInit {
  readonly self: NodeId
  /** Only members are learned from answers and named in answers. */
  readonly isMember: (nodeId: NodeId) => boolean
  /** Whoever is isolated here is on no path and named to nobody; others may name it honestly. */
  readonly isAsked: (nodeId: NodeId) => boolean
  /**
   * What a peer did wrong on a DHT stream: it named somebody who is no member, which is left out of
   * its answer (`ROUTE_TO_STRANGER`), or it sent something for which the stream was reset.
   */
  readonly onFault: (peerId: PeerId, fault: ErrorCode) => void
  /** Bounds left out, by the control of an attack only. */
  readonly without?: ReadonlySet<Defense>
}

/**
 * kad-dht for routing only: FIND_NODE and PING. Values and providers stay closed, since its PUT
 * replaces newer records, hides the writer and has no bounds (DESIGN §5). It gets doors of ours to
 * streams and peer store: every frame is bounded and filtered before the library decodes it, in
 * both directions, and no peer is tagged, since the tag `keep-alive` would redial peers behind the
 * back of the peering supervisor.
 */
export function routingDht(init: DhtInit): (components: KadDHTComponents) => KadDHT {
  const isNamed = (peerId: PeerId) => {
    const nodeId = nodeIdOfPeer(peerId)
    if (nodeId === undefined) return false
    return nodeId === init.self || (init.isMember(nodeId) && init.isAsked(nodeId))
  }
  const isNaive = init.without?.has('lookup-paths') === true
  const create = kadDHT({
    protocol: DHT_PROTOCOL,
    clientMode: false,
    kBucketSize: LIMITS.replication,
    alpha: isNaive ? 1 : LIMITS.lookupParallelism,
    disjointPaths: isNaive ? 1 : LIMITS.lookupPaths,
    initialQuerySelfInterval: LIMITS.firstSelfQueryMs,
    allowQueryWithZeroPeers: true,
    // The library drops peers without addresses: a stranger is never named and never pinged.
    peerInfoMapper: (peer) => (isNamed(peer.id) ? peer : { ...peer, multiaddrs: [] })
  })
  if (init.without?.has('frame-bounds') === true) return create
  return (components) => create(guardComponents(components, init))
}

/** The routing table inside the DHT service. */
export function routingTableOf(dht: KadDHT): RoutingTable {
  if ('routingTable' in dht && isRoutingTable(dht.routingTable)) return dht.routingTable
  throw new TypeError('kad-dht has no routing table: its class has changed')
}

function isRoutingTable(value: unknown): value is RoutingTable {
  return value instanceof EventTarget && 'remove' in value && 'find' in value && 'size' in value
}

function guardComponents(components: KadDHTComponents, init: DhtInit): KadDHTComponents {
  const { registrar, connectionManager, peerStore } = components
  const bounds = {
    frameBytesMax: LIMITS.dhtFrameBytesMax,
    streamBytesMax: LIMITS.dhtStreamBytesMax
  }
  const guardHandler =
    (handler: StreamHandler): StreamHandler =>
    (stream, connection) => {
      const onCut = (fault: ErrorCode) => init.onFault(connection.remotePeer, fault)
      filterFrames(stream, { ...bounds, filter: filterDhtRequest, onCut })
      return handler(stream, connection)
    }
  const filterResponse = (message: Uint8Array, onFault: (fault: ErrorCode) => void) => {
    const response = filterDhtResponse(message, init.isMember)
    if (!response.ok) return response
    if (response.value.namesStrangers) onFault('ROUTE_TO_STRANGER')
    return accept(response.value.bytes)
  }
  return {
    peerId: components.peerId,
    privateKey: components.privateKey,
    addressManager: components.addressManager,
    datastore: components.datastore,
    events: components.events,
    logger: components.logger,
    ping: components.ping,
    peerStore: withoutTags(peerStore),
    registrar: extend(registrar, {
      handle: async (protocol, handler, options) =>
        registrar.handle(protocol, guardHandler(handler), options)
    }),
    connectionManager: extend(connectionManager, {
      async openStream(peer, protocol, options) {
        const stream = await connectionManager.openStream(peer, protocol, options)
        const onFault = (fault: ErrorCode) => {
          if (isPeerId(peer)) init.onFault(peer, fault)
        }
        const filter = (message: Uint8Array) => filterResponse(message, onFault)
        filterFrames(stream, { ...bounds, filter, onCut: onFault })
        return stream
      }
    })
  }
}

/** The peer store as before, but that tags are not stored. */
function withoutTags(peerStore: PeerStore): PeerStore {
  return extend(peerStore, {
    async merge(peerId, data, options) {
      const { tags, ...rest }: PeerData = data
      if (tags !== undefined && Object.keys(rest).length === 0) return unknownPeer(peerId)
      return await peerStore.merge(peerId, rest, options)
    }
  })
}

/** Answer to a merge that stored nothing: storing an empty peer would let peer ids pile up. */
function unknownPeer(id: PeerId): Peer {
  return { id, addresses: [], protocols: [], metadata: new Map(), tags: new Map() }
}

/** The same component with some methods replaced; the rest is inherited. */
function extend<T extends object>(component: T, methods: Partial<T>): T {
  return Object.assign(Object.create(component), methods)
}
