import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Clock } from '../../time/clock.ts'

/**
 * Members that could not be reached a moment ago, so that others hold in their place. Only what
 * this node has tried counts, and only for a while: an absence says nothing about a node.
 */
export interface Absences {
  isAbsent(nodeId: NodeId): boolean
  missed(nodeId: NodeId): void
}

export function createAbsences(
  overlay: Pick<Overlay, 'peer'>,
  clock: Pick<Clock, 'monotonic'>
): Absences {
  const until = new Map<NodeId, number>()
  return {
    isAbsent(nodeId) {
      const end = until.get(nodeId)
      if (end === undefined) return false
      const isOver = clock.monotonic() >= end || overlay.peer(nodeId) !== undefined
      if (isOver) until.delete(nodeId)
      return !isOver
    },
    missed(nodeId) {
      until.set(nodeId, clock.monotonic() + LIMITS.recordAbsentMs)
    }
  }
}
