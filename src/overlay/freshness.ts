import { type Refused, refuse } from '../encoding/verdict.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'

/** How old the view of a node may be, by its own settings. `admissionMs` is the smaller one. */
export interface FreshnessLimits {
  /** Older, and nobody is admitted. */
  readonly admissionMs: number
  /** Older, and open connections end. */
  readonly sessionMs: number
}

export const ANY_AGE: FreshnessLimits = {
  admissionMs: Number.POSITIVE_INFINITY,
  sessionMs: Number.POSITIVE_INFINITY
}

interface DatedView {
  head(): { readonly checkpoint: { readonly time: UnixMillis } }
}

/**
 * Whether the view of this node is fresh enough to judge others by (SR-CFG-2). A node whose view is
 * too old would admit whoever was revoked since; but it learns what is new from its peers only. So a
 * peer that shows a fresher checkpoint is admitted on credit: for `LIMITS.catchUpMs`, in which its
 * log has to arrive, and once, until this view is fresh again.
 */
export class Freshness {
  readonly #view: DatedView
  readonly #limits: FreshnessLimits
  /** Since when. Only holders of good certificates come to be listed here. */
  readonly #credits = new Map<NodeId, UnixMillis>()

  constructor(view: DatedView, limits: FreshnessLimits) {
    this.#view = view
    this.#limits = limits
  }

  /** `shownTime`: of a checkpoint that the peer has shown and that may become ours. */
  judgeNew(
    nodeId: NodeId,
    shownTime: UnixMillis,
    now: UnixMillis
  ): Refused<'TRUST_STALE'> | undefined {
    if (this.#isFresh(now)) return undefined
    if (now - shownTime > this.#limits.admissionMs) return this.#stale(now)
    if (!this.#credits.has(nodeId)) this.#credits.set(nodeId, now)
    return this.#isOnCredit(nodeId, now) ? undefined : this.#stale(now)
  }

  /** Of a peer whose connection is open. */
  judgeOpen(nodeId: NodeId, now: UnixMillis): Refused<'TRUST_STALE'> | undefined {
    if (this.#isFresh(now) || this.#isOnCredit(nodeId, now)) return undefined
    const isAllowed = !this.#credits.has(nodeId) && this.#ageMs(now) <= this.#limits.sessionMs
    return isAllowed ? undefined : this.#stale(now)
  }

  #isFresh(now: UnixMillis): boolean {
    if (this.#ageMs(now) > this.#limits.admissionMs) return false
    this.#credits.clear()
    return true
  }

  #isOnCredit(nodeId: NodeId, now: UnixMillis): boolean {
    const since = this.#credits.get(nodeId)
    return since !== undefined && now - since <= LIMITS.catchUpMs
  }

  #ageMs(now: UnixMillis): number {
    return now - this.#view.head().checkpoint.time
  }

  #stale(now: UnixMillis): Refused<'TRUST_STALE'> {
    return refuse('TRUST_STALE', { ageMs: this.#ageMs(now) })
  }
}
