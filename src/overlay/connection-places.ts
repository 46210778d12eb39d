import { type Refused, refuse } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { StandingView } from '../reputation/standing-view.ts'
import type { CertifiedPeer, CertifiedPeers } from './certified-peers.ts'

export interface ConnectionPlacesComponents {
  readonly certified: Pick<CertifiedPeers, 'admissions' | 'connectionCount'>
  readonly standings: Pick<StandingView, 'isOnProbation' | 'consequences'>
}

/**
 * Whether a member that connects gets one of the places of this node, or is `OVERLOADED`. A quarter
 * of them is kept for members that have proved themselves, who are known over a restart; nobody has
 * more than one for each node that a member may have. So whoever enrolls many nodes at once takes
 * the places of other newcomers at worst. A connection that is there is never ended for one that
 * comes, and a second one of the same peer is the business of `connectionsPerPeerMax`.
 */
export function judgePlace(
  { nodeId, member }: Pick<CertifiedPeer, 'nodeId' | 'member'>,
  { certified, standings }: ConnectionPlacesComponents
): Refused<'OVERLOADED'> | undefined {
  if (certified.connectionCount(nodeId) > 0) return undefined
  const isProven =
    !standings.isOnProbation({ nodeId, member }) &&
    standings.consequences({ nodeId, member }).countsAsPeer
  const places = LIMITS.connectionsMax - (isProven ? 0 : LIMITS.connectionsReserved)
  const counts = certified.admissions().map(({ peer }) => ({
    isOwn: peer.member === member,
    connections: certified.connectionCount(peer.nodeId)
  }))
  const sum = (of: typeof counts) => of.reduce((total, { connections }) => total + connections, 0)
  const isFull =
    sum(counts) >= places || sum(counts.filter(({ isOwn }) => isOwn)) >= LIMITS.nodesPerMemberMax
  return isFull ? refuse('OVERLOADED') : undefined
}
