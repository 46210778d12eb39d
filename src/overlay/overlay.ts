import type { Random } from '../crypto/random.ts'
import { refuse } from '../encoding/verdict.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { TwinProof } from '../identity/sign-of-life.ts'
import { LIMITS } from '../limits.ts'
import { type AddressBook, type AddressStore, createAddressBook } from './address-book.ts'
import { listableAddresses, sealAddressRecord } from './address-record.ts'
import type { AnchorStore } from './anchors.ts'
import { CERTIFIED_NOISE } from './certified-noise.ts'
import { routingTableOf } from './dht.ts'
import { lookAtLibp2p, type OverlayFigures } from './figures.ts'
import { createHost, type Host, type HostComponents, type HostInit } from './host.ts'
import { fromLibp2pError } from './libp2p-error.ts'
import type { Overlay } from './overlay-api.ts'
import { type Candidate, createPeering, type Peering } from './peering.ts'
import { createRequests, type Requests } from './requests.ts'
import { keepSingleConnections } from './single-connection.ts'
import { createTwins } from './twins.ts'

export interface OverlayComponents extends HostComponents {
  readonly random: Random
  readonly addressStore: AddressStore
  /** Every live member node, this one included. */
  readonly liveNodes: () => readonly { readonly nodeId: NodeId }[]
  readonly anchors?: AnchorStore
}

export interface OverlayInit extends HostInit {
  /** Where to find the network before any member's addresses are known. */
  readonly bootstrap: readonly Candidate[]
  /** Two processes with the key of one node are alive; called again as long as they are. */
  readonly onTwins?: (proof: TwinProof) => void
  /** A peer has answered a call as it should. */
  readonly onAnswered?: (nodeId: NodeId) => void
}

/** The overlay as the daemon assembles it: what protocols see, and what only the daemon may do. */
export interface AssembledOverlay extends Overlay {
  readonly host: Host
  readonly book: AddressBook
  readonly peering: Peering
  /** For metrics. */
  figures(): OverlayFigures
  /** The addresses of this node as it signs them now. */
  ownRecord(): Uint8Array
  start(): Promise<void>
  stop(): Promise<void>
}

/** Assembles host, requests, address book and peering; nothing listens or dials before `start`. */
export async function createOverlay(
  components: OverlayComponents,
  init: OverlayInit
): Promise<AssembledOverlay> {
  const { trust, clock, scheduler, random, log: logger } = components
  const host = await createHost(components, {
    ...init,
    // Asked when the book is there: nothing is stored before `start`.
    signedAddresses: (node) => book.addressesOf(node)
  })
  const { certified, libp2p, nodeId } = host
  const { onOutcome, onAnswered } = init
  const requests: Requests = createRequests({
    ...{ libp2p, certified, clock, scheduler, log: logger, news: host.news },
    ...(components.standings === undefined ? {} : { standings: components.standings }),
    ...(onOutcome === undefined ? {} : { onOutcome }),
    ...(onAnswered === undefined ? {} : { onAnswered }),
    ...(init.without === undefined ? {} : { without: init.without })
  })
  const book = createAddressBook({
    network: trust.network,
    store: components.addressStore,
    clock,
    isMember: (candidate) => host.membership.isMember(candidate)
  })
  keepSingleConnections({
    libp2p,
    self: nodeId,
    scheduler,
    onFailed: (error) => {
      logger.debug('peering.duplicate-close-failed', { code: fromLibp2pError(error).code })
    }
  })

  const twins = createTwins({
    ...{ libp2p, network: trust.network, key: components.key },
    ...{ clock, random, scheduler, logger, onTwins: (proof) => init.onTwins?.(proof) }
  })

  function candidates(): readonly Candidate[] {
    const found = new Map<NodeId, readonly string[]>()
    const add = (entry: NodeId, addresses: readonly string[]) => {
      found.set(entry, [...new Set([...(found.get(entry) ?? []), ...addresses])])
    }
    // Also for a node whose record is known: the record may say less than the invite.
    for (const entry of init.bootstrap) {
      if (host.membership.exclusionOf(entry.nodeId) === undefined)
        add(entry.nodeId, entry.addresses)
    }
    for (const node of components.liveNodes()) add(node.nodeId, book.addressesOf(node.nodeId))
    return [...found].map(([entry, addresses]) => ({
      nodeId: entry,
      addresses: addresses.slice(0, LIMITS.addressesPerPeerMax)
    }))
  }

  const peering = createPeering({
    ...{ host, candidates, clock, scheduler, random, logger },
    ...(components.standings === undefined ? {} : { standings: components.standings }),
    ...(components.anchors === undefined ? {} : { anchors: components.anchors }),
    // Faults of a handshake are reported where they are found; here it is seen who was not there.
    onAbsent: (absent, code) => init.onOutcome?.(absent, CERTIFIED_NOISE, code)
  })
  const routingTable = routingTableOf(libp2p.services.dht)
  let record: { text: string; bytes: Uint8Array; sequence: number } | undefined

  return {
    nodeId,
    host,
    book,
    peering,
    figures: () => lookAtLibp2p(libp2p, routingTable),
    addresses: host.addresses,
    peers: host.peers,
    peer: host.peer,
    ping: host.ping,
    closestPeers: host.closestPeers,
    serve: requests.serve,
    call: requests.call,
    report: (peer, protocolId, code) => init.onOutcome?.(peer, protocolId, code),
    ownRecord() {
      const addresses = listableAddresses(host.addresses())
      const text = addresses.join(' ')
      if (record?.text !== text) {
        const sequence = Math.max(clock.now(), (record?.sequence ?? 0) + 1)
        const content = { network: trust.network, addresses, sequence }
        record = { text, sequence, bytes: sealAddressRecord(content, components.key) }
      }
      return record.bytes
    },
    async connect(peer, addresses, options) {
      peering.allow(peer)
      const connected = host.peer(peer)
      if (connected !== undefined) return { ok: true, value: connected }
      const known = addresses.length > 0 ? addresses : candidateAddresses(candidates(), peer)
      if (known.length === 0) return refuse('PEER_UNREACHABLE', { nodeId: peer })
      return await host.dial(peer, known, options)
    },
    async disconnect(peer, reason) {
      if (reason === 'DISCONNECTED') peering.hold(peer)
      await host.cut(peer, reason)
    },
    async start() {
      await twins.start()
      await host.start()
      peering.start()
    },
    async stop() {
      peering.stop()
      await requests.stop()
      await twins.stop()
      await host.stop()
    }
  }
}

function candidateAddresses(candidates: readonly Candidate[], nodeId: NodeId): readonly string[] {
  return candidates.find((candidate) => candidate.nodeId === nodeId)?.addresses ?? []
}
