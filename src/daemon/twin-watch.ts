import { toPeerageError } from '../errors.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { Logger } from '../log.ts'
import type { Authority } from '../trust/authority.ts'
import type { EnrolledNode } from '../trust/members.ts'
import type { TrustState } from '../trust/state.ts'
import type { AlarmBook } from './alarms.ts'

/** The reason of a suspension that no person decided; `cert recover` ends these and no others. */
export const TWINS_REASON = 'the key of a node was in use at two places'

const CODE = 'CERTIFICATE_IN_TWO_PLACES'

export interface TwinWatchComponents {
  readonly state: TrustState
  readonly self: NodeId
  readonly logger: Logger
  readonly alarms: Pick<AlarmBook, 'raise' | 'clear' | 'open'>
  /** Where this node shall suspend by itself. */
  readonly suspending: Pick<Authority, 'decide'> | undefined
}

export interface TwinWatch {
  /** The key of an enrolled node was proved to be in use at two places. */
  raise(nodeId: NodeId): void
  /** Clears the alarms about nodes that are revoked: nobody gets in with these keys any more. */
  settle(): void
}

/** What this node does about a key that is in use at two places. */
export function createTwinWatch(components: TwinWatchComponents): TwinWatch {
  const { state, self, logger, alarms, suspending } = components

  async function suspend({ nodeId, member }: EnrolledNode): Promise<void> {
    // Whoever copied the home of the authority has its key: a suspension would only hurt us.
    const isOwn = member === state.node(self)?.member
    if (suspending === undefined || isOwn || state.isExcluded({ nodeId, member })) return
    try {
      await suspending.decide({ type: 'member-suspended', member, reason: TWINS_REASON })
    } catch (error) {
      logger.error('cert.not-suspended', { nodeId, code: toPeerageError(error).code })
    }
  }

  return {
    raise(nodeId) {
      const node = state.node(nodeId)
      if (node === undefined) return
      alarms.raise({ code: CODE, subject: subjectOf(node), detail: { nodeId } })
      void suspend(node)
    },
    settle() {
      for (const { code, subject, detail } of alarms.open()) {
        const node = code === CODE ? state.node(detail['nodeId'] as NodeId) : undefined
        if (node !== undefined && state.isRevoked(node)) alarms.clear(CODE, subject)
      }
    }
  }
}

function subjectOf({ member, node }: EnrolledNode): string {
  return `${member}/${node}`
}
