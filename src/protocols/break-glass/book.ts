import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { Clock, UnixMillis } from '../../time/clock.ts'
import { type BreakGlass, openBreakGlass } from '../../trust/break-glass.ts'
import type { EnrolledNode } from '../../trust/members.ts'
import type { TrustLog } from '../../trust/trust-log.ts'

export interface BreakGlassBookComponents {
  readonly log: Pick<TrustLog, 'network'> & {
    readonly state: Pick<TrustLog['state'], 'node' | 'isRevoked' | 'withdraw'>
  }
  readonly store: {
    load(): readonly { readonly takenAt: UnixMillis; readonly bytes: Uint8Array }[]
    save(
      nodeId: NodeId,
      statement: { readonly takenAt: UnixMillis; readonly bytes: Uint8Array }
    ): void
  }
  readonly clock: Clock
}

/** A node that has revoked itself, with what it signed. */
export interface Withdrawn extends BreakGlass {
  readonly node: EnrolledNode
}

export interface BreakGlassBook {
  /**
   * Takes a statement over: on disk first, then in force. `taken` is false for what is known, or is
   * an entry already. Faults: those of `openBreakGlass`, `NODE_UNKNOWN`.
   */
  learn(bytes: Uint8Array): Verdict<{ readonly taken: boolean; readonly withdrawn: Withdrawn }>
  /** Those of which the trust log does not know yet: what has to spread, and to become an entry. */
  open(): readonly Withdrawn[]
}

/** At most one statement for each node that was ever enrolled. */
export function createBreakGlassBook(components: BreakGlassBookComponents): BreakGlassBook {
  const { log, store, clock } = components
  const { state } = log
  const known = new Map<NodeId, Withdrawn>()

  function judge(bytes: Uint8Array): Verdict<Withdrawn> {
    const opened = openBreakGlass(bytes, log.network)
    if (!opened.ok) return opened
    const node = state.node(opened.value.nodeId)
    return node === undefined ? refuse('NODE_UNKNOWN') : accept({ ...opened.value, node })
  }

  function enforce(withdrawn: Withdrawn, at: UnixMillis): void {
    known.set(withdrawn.nodeId, withdrawn)
    state.withdraw(withdrawn.nodeId, at)
  }

  for (const { takenAt, bytes } of store.load()) {
    const judged = judge(bytes)
    if (judged.ok) enforce(judged.value, takenAt)
  }

  return {
    learn(bytes) {
      const judged = judge(bytes)
      if (!judged.ok) return judged
      const withdrawn = judged.value
      const { nodeId, node } = withdrawn
      const taken = !known.has(nodeId) && !state.isRevoked(node)
      if (taken) {
        const takenAt = clock.now()
        store.save(nodeId, { takenAt, bytes })
        enforce(withdrawn, takenAt)
      }
      return accept({ taken, withdrawn })
    },
    open: () => [...known.values()].filter(({ node }) => !state.isRevoked(node))
  }
}
