import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { RecordRequest } from './messages.ts'

export interface DoubtComponents {
  readonly overlay: { readonly nodeId: NodeId; peer(nodeId: NodeId): unknown }
  readonly membership: { liveNodes(): readonly { readonly nodeId: NodeId }[] }
  readonly scheduler: Scheduler
  /** The memory of versions may have gaps since before this start. */
  readonly isForgetful: boolean
  /** Damage was found since: nothing is shown until the next start. */
  readonly isDamaged: () => boolean
}

/**
 * A node whose memory of versions was damaged may hold what has been replaced since: it takes
 * records, and compares, but shows none until the other holders had their rounds of repair to bring
 * what it lacks.
 */
export interface Doubt {
  /** Whether the answer would rest on a memory that has gaps. */
  forbids(request: RecordRequest): boolean
  /** Returns what ends it. */
  start(): () => void
}

export function createDoubt(components: DoubtComponents): Doubt {
  const { overlay, membership, scheduler, isForgetful, isDamaged } = components
  let roundsLeft = isForgetful ? LIMITS.recordDoubtRounds : 0
  const others = () => membership.liveNodes().filter(({ nodeId }) => nodeId !== overlay.nodeId)

  return {
    forbids: ({ ask }) => (roundsLeft > 0 || isDamaged()) && SHOWING.has(ask),
    start: () =>
      scheduler.every(LIMITS.recordRepairMs, () => {
        const nodes = others()
        const isMet = nodes.some(({ nodeId }) => overlay.peer(nodeId) !== undefined)
        if (roundsLeft > 0 && (isMet || nodes.length === 0)) roundsLeft--
      })
  }
}

const SHOWING: ReadonlySet<RecordRequest['ask']> = new Set(['fetch', 'history', 'entries', 'claim'])
