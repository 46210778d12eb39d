import type { Libp2p } from '@libp2p/interface'
import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { Admission, CertifiedPeers } from './certified-peers.ts'
import { nodeIdOfPeer } from './libp2p-identity.ts'

export interface PeerEvents {
  /** The first connection of the peer is open. */
  readonly onAdmitted?: (admission: Admission) => void
  /** The last connection of the peer has ended; the reason is there when this node cut it. */
  readonly onClosed?: (nodeId: NodeId, reason: ErrorCode | undefined) => void
}

/** Turns events of libp2p into one call when a peer comes and one when it goes. */
export function announcePeers(
  libp2p: Pick<Libp2p, 'addEventListener'>,
  certified: CertifiedPeers,
  cutReasons: Map<NodeId, ErrorCode>,
  init: PeerEvents
): void {
  const present = new Set<NodeId>()
  libp2p.addEventListener('peer:connect', ({ detail }) => {
    const nodeId = nodeIdOfPeer(detail)
    const admission = nodeId === undefined ? undefined : certified.admission(nodeId)
    if (admission === undefined) return
    present.add(admission.peer.nodeId)
    cutReasons.delete(admission.peer.nodeId)
    init.onAdmitted?.(admission)
  })
  libp2p.addEventListener('peer:disconnect', ({ detail }) => {
    const nodeId = nodeIdOfPeer(detail)
    if (nodeId === undefined) return
    const reason = cutReasons.get(nodeId)
    cutReasons.delete(nodeId)
    if (present.delete(nodeId)) init.onClosed?.(nodeId, reason)
  })
}
