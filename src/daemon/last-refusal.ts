import type { ErrorCode } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { Refusal } from '../overlay/host.ts'

export interface RefusedAttempt {
  readonly code: ErrorCode
  /** Who said no. */
  readonly by: 'us' | 'them'
}

/** Why this node has no peers, as far as it was told. */
export interface LastRefusal {
  refused(refusal: Pick<Refusal, 'code' | 'by' | 'direction' | 'nodeId'>): void
  /** A peer admits this node: whatever was said before is over. */
  admitted(nodeId: NodeId): void
  current(): RefusedAttempt | undefined
  /** Members that have banned this node and have not admitted it since. */
  bannedBy(): readonly NodeId[]
}

/**
 * Only what tells something about this node is remembered: what members say, and what its own dials
 * end with. A stranger who knocks, and what he claims, does not count.
 */
export function createLastRefusal(isMember: (nodeId: NodeId) => boolean): LastRefusal {
  let last: RefusedAttempt | undefined
  const banning = new Set<NodeId>()
  return {
    refused({ code, by, direction, nodeId }) {
      const isOurs =
        nodeId === undefined ? direction === 'outbound' && by === 'us' : isMember(nodeId)
      if (isOurs) last = { code, by }
      const isBan = code === 'PEER_BANNED' && by === 'them'
      if (isBan && nodeId !== undefined && isMember(nodeId)) banning.add(nodeId)
    },
    admitted(nodeId) {
      last = undefined
      banning.delete(nodeId)
    },
    current: () => last,
    bannedBy: () => [...banning].filter(isMember)
  }
}
