import type { NodeId } from '../identity/node-id.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { EnrolledNode, Exclusion } from './members.ts'

/** Nodes that have revoked themselves, whatever the trust log says of them yet. */
export class Withdrawals {
  readonly #at = new Map<NodeId, UnixMillis>()
  /** The last answer, and what it was made of. */
  #live: readonly EnrolledNode[] = []
  #of: readonly EnrolledNode[] | undefined

  add(nodeId: NodeId, at: UnixMillis): void {
    if (!this.#at.has(nodeId)) this.#at.set(nodeId, at)
    this.#of = undefined
  }

  of(nodeId: NodeId): Exclusion | undefined {
    const revokedAt = this.#at.get(nodeId)
    return revokedAt === undefined ? undefined : { code: 'CERTIFICATE_REVOKED', nodeId, revokedAt }
  }

  /** The same array for the same one, until somebody withdraws. */
  without(nodes: readonly EnrolledNode[]): readonly EnrolledNode[] {
    if (this.#of !== nodes) {
      this.#live = nodes.filter(({ nodeId }) => !this.#at.has(nodeId))
      this.#of = nodes
    }
    return this.#live
  }
}
