import type { Libp2p } from '@libp2p/interface'
import type { RoutingTable } from './dht.ts'

/** What libp2p has under way at this moment, without naming anybody. */
export interface OverlayFigures {
  /** Open connections, by who dialed. */
  readonly connections: ReadonlyMap<string, number>
  /** Open streams by protocol; those that have not agreed on one are under `none`. */
  readonly streams: ReadonlyMap<string, number>
  /** Dials by what they wait for: a place (`queued`) or the peer (`active`). */
  readonly dials: ReadonlyMap<string, number>
  /** Peers in the routing table of the DHT. */
  readonly routingTable: number
}

/** Counts when it is asked, so that nothing is paid for each stream. */
export function lookAtLibp2p(
  libp2p: Pick<Libp2p, 'getConnections' | 'getDialQueue'>,
  routingTable: Pick<RoutingTable, 'size'>
): OverlayFigures {
  const connections = libp2p.getConnections()
  const streams = connections.flatMap((connection) => connection.streams)
  return {
    connections: count(connections.map(({ direction }) => direction)),
    streams: count(streams.map(({ protocol }) => (protocol === '' ? 'none' : protocol))),
    dials: count(libp2p.getDialQueue().map(({ status }) => status)),
    routingTable: routingTable.size
  }
}

function count(names: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name ?? 'none', (counts.get(name ?? 'none') ?? 0) + 1)
  return counts
}
