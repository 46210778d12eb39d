import type { NodeId } from '../identity/node-id.ts'
import type { Kind } from './kind.ts'
import { closestNodes, type PositionOf } from './location.ts'

export interface PlacementRules {
  readonly copies: number
  readonly positionOf: PositionOf
  readonly isEstablished?: ((nodeId: NodeId) => boolean) | undefined
}

/**
 * The nodes that are to hold a record, closest first. Where all of them are new to the network, the
 * closest node that is not holds it as well: whoever enrolls many nodes close to a record at once
 * must not be all of its holders.
 */
export function placeCopies(
  place: Uint8Array,
  nodeIds: readonly NodeId[],
  { copies, positionOf, isEstablished = () => true }: PlacementRules
): readonly NodeId[] {
  const closest = closestNodes(place, nodeIds, copies, positionOf)
  if (closest.some(isEstablished)) return closest
  return [...closest, ...closestNodes(place, nodeIds.filter(isEstablished), 1, positionOf)]
}

/** How many nodes have to have a record on disk: no more than there are (SR-STO-4). */
export function quorumOf({ quorum }: Pick<Kind, 'quorum'>, liveNodes: number): number {
  return Math.min(quorum, liveNodes)
}
