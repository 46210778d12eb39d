import type { Libp2p } from '@libp2p/interface'
import { type ErrorCode, PeerageError } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { RoutingTable } from './dht.ts'
import { peerIdOf } from './libp2p-identity.ts'

/**
 * Ends every connection to a peer at once and removes what libp2p remembers of it: the routing
 * table entry, or the peer would be named in FIND_NODE answers, and its addresses, or it would be
 * dialed again. The connections end before this returns its promise; `hangUp` would wait for the
 * peer to agree.
 *
 * Nothing redials behind our back: kad-dht is kept from tagging peers `keep-alive` (dht.ts).
 */
export async function cutPeer(
  libp2p: Pick<Libp2p, 'getConnections' | 'peerStore'>,
  routingTable: RoutingTable,
  nodeId: NodeId,
  reason: ErrorCode
): Promise<void> {
  const peerId = peerIdOf(nodeId)
  for (const connection of libp2p.getConnections(peerId)) connection.abort(new PeerageError(reason))
  await routingTable.remove(peerId)
  await libp2p.peerStore.delete(peerId)
}
