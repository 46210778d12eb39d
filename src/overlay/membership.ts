import type { ExclusionCode } from '../identity/certificate.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { TrustView } from './admission.ts'
import type { CertifiedPeers } from './certified-peers.ts'

/** What the overlay asks about nodes that it may not be connected to. */
export interface Membership {
  /** Enrolled and not excluded, or admitted while our log was behind. */
  isMember(nodeId: NodeId): boolean
  /** Why the trust log leaves the node out. */
  exclusionOf(nodeId: NodeId): ExclusionCode | undefined
}

export function createMembership(trust: TrustView, certified: CertifiedPeers): Membership {
  const exclusionOf = (nodeId: NodeId) => {
    const enrolled = trust.state.node(nodeId)
    if (enrolled === undefined) return undefined
    return trust.state.exclusionOf({ nodeId, member: enrolled.member })?.code
  }
  return {
    exclusionOf,
    isMember(nodeId) {
      if (trust.state.node(nodeId) !== undefined) return exclusionOf(nodeId) === undefined
      return certified.get(nodeId) !== undefined
    }
  }
}
