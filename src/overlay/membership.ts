import type { NodeId } from '../identity/node-id.ts'
import type { TrustView } from './admission.ts'
import type { CertifiedPeers } from './certified-peers.ts'

/** What the overlay asks about nodes that it may not be connected to. */
export interface Membership {
  /** Enrolled and not revoked, or admitted while our log was behind. */
  isMember(nodeId: NodeId): boolean
  isRevoked(nodeId: NodeId): boolean
}

export function createMembership(trust: TrustView, certified: CertifiedPeers): Membership {
  const isRevoked = (nodeId: NodeId) => {
    const enrolled = trust.state.node(nodeId)
    return enrolled !== undefined && trust.state.isRevoked({ nodeId, member: enrolled.member })
  }
  return {
    isRevoked,
    isMember(nodeId) {
      if (trust.state.node(nodeId) !== undefined) return !isRevoked(nodeId)
      return certified.get(nodeId) !== undefined
    }
  }
}
