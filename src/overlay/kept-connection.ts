import type { Connection } from '@libp2p/interface'
import type { NodeId } from '../identity/node-id.ts'

export type PairedConnection = Pick<Connection, 'direction' | 'status' | 'timeline'>

/**
 * Which of several connections between two nodes stays: the one that the node with the smaller id
 * dialed, so that both ends choose alike without a word; among equals the oldest. `undefined` when
 * none is open.
 */
export function keptConnection<C extends PairedConnection>(
  self: NodeId,
  peer: NodeId,
  connections: readonly C[]
): C | undefined {
  const dialedBySmaller = self < peer ? 'outbound' : 'inbound'
  const rank = (connection: C) => (connection.direction === dialedBySmaller ? 0 : 1)
  const [kept] = connections
    .filter((connection) => connection.status === 'open')
    .toSorted((a, b) => rank(a) - rank(b) || a.timeline.open - b.timeline.open)
  return kept
}
