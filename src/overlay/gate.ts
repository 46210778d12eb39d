import type { ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import { NO_STANDINGS, type StandingView } from '../reputation/standing-view.ts'
import type { Clock } from '../time/clock.ts'
import { RateLimit } from '../time/rate-limit.ts'
import { addressBudgetKey } from './address-budget-key.ts'
import type { CertifiedPeers } from './certified-peers.ts'
import { type Defense, NONE_LEFT_OUT } from './defense.ts'
import { isDialable, peerOfAddress } from './dialable-address.ts'
import { nodeIdOfPeer } from './libp2p-identity.ts'
import type { Membership } from './membership.ts'
import type { PendingHandshakes } from './pending-handshakes.ts'
import type { StoredAddresses } from './stored-addresses.ts'

export interface GateComponents {
  readonly self: NodeId
  readonly certified: CertifiedPeers
  readonly membership: Membership
  readonly handshakes: Pick<PendingHandshakes, 'begin'>
  readonly addresses: Pick<StoredAddresses, 'mayKeep'>
  readonly standings?: StandingView
  readonly clock: Clock
  readonly log: Logger
  /** Bounds left out, by the control of an attack only. */
  readonly without?: ReadonlySet<Defense>
}

/**
 * The second line behind certified Noise. Before any cryptography it counts connections per origin;
 * after it, only a connection on which the encrypter has admitted this very peer goes on, so that a
 * transport that skips the encrypter gets nowhere. Addresses are kept of members only, and only
 * such as this node would dial.
 *
 * All hooks are closures: libp2p calls some of them without their object.
 */
export function createGate(components: GateComponents): ConnectionGater {
  const { self, certified, membership, handshakes, addresses, log } = components
  const { without = NONE_LEFT_OUT } = components
  const rate = { count: LIMITS.inboundRatePerAddress, perMs: 1000 }
  const connections = new RateLimit(
    components.clock,
    { ...rate, burst: LIMITS.inboundRatePerAddress },
    LIMITS.trackedAddressesMax
  )
  const { standings = NO_STANDINGS } = components
  const isBanned = (nodeId: NodeId): boolean =>
    standings.banLeftMs({ nodeId, ...memberOf(certified, nodeId) }) !== undefined
  const isStranger = (peerId: PeerId, connection: MultiaddrConnection): boolean => {
    const nodeId = nodeIdOfPeer(peerId)
    return nodeId === undefined || !certified.isAdmitted(nodeId, connection)
  }
  const denyEncrypted = (peerId: PeerId, connection: MultiaddrConnection): boolean => {
    const nodeId = nodeIdOfPeer(peerId)
    if (nodeId === undefined || isStranger(peerId, connection)) return true
    if (isBanned(nodeId)) return true
    return certified.connectionCount(nodeId) > LIMITS.connectionsPerPeerMax
  }
  return {
    denyDialPeer(peerId) {
      const nodeId = nodeIdOfPeer(peerId)
      if (nodeId === undefined || isBanned(nodeId)) return true
      return membership.exclusionOf(nodeId) !== undefined
    },
    denyDialMultiaddr: (address) => !isDialable(address),
    denyInboundConnection(connection) {
      if (without.has('pending-slots')) return false
      const isAllowed =
        without.has('handshake-rate') || connections.take(addressBudgetKey(connection.remoteAddr))
      if (isAllowed) handshakes.begin(connection)
      else log.debug('gate.address-limited')
      return !isAllowed
    },
    denyInboundEncryptedConnection: denyEncrypted,
    denyOutboundEncryptedConnection: denyEncrypted,
    denyInboundUpgradedConnection: isStranger,
    denyOutboundUpgradedConnection: isStranger,
    denyInboundRelayReservation: () => true,
    denyInboundRelayedConnection: () => true,
    denyOutboundRelayedConnection: () => true,
    filterMultiaddrForPeer(peerId, address) {
      const nodeId = nodeIdOfPeer(peerId)
      if (nodeId === undefined) return false
      if (nodeId === self) return true
      const named = peerOfAddress(address)
      if (named !== undefined && named !== nodeId) return false
      if (!membership.isMember(nodeId) || !isDialable(address)) return false
      const text = address.toString()
      return addresses.mayKeep(nodeId, named === undefined ? text : text.replace(/\/p2p\/\w+$/, ''))
    }
  }
}

/** The certificate of an admitted peer says whose it is before the trust log does. */
function memberOf(certified: CertifiedPeers, nodeId: NodeId): { readonly member?: string } {
  const peer = certified.get(nodeId)
  return peer === undefined ? {} : { member: peer.member }
}
