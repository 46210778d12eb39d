import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { StandingView } from '../reputation/standing-view.ts'
import type { ConnectedPeer } from './overlay-api.ts'

/** Where the anchors outlive the process. */
export interface AnchorStore {
  load(): readonly NodeId[]
  save(anchors: readonly NodeId[]): void
}

/** For a node that begins anew each time. */
export const NO_ANCHORS: AnchorStore = { load: () => [], save() {} }

/**
 * A few peers that have proved themselves and are dialed first after a restart, so that whoever
 * fills the list of addresses while a node is down does not choose its neighbors (Heilman et al.,
 * USENIX Security 2015).
 */
export class Anchors {
  readonly #store: AnchorStore
  readonly #standings: StandingView
  #anchors: readonly NodeId[]

  constructor(store: AnchorStore, standings: StandingView) {
    this.#store = store
    this.#standings = standings
    this.#anchors = store.load().slice(0, LIMITS.anchorsMax)
  }

  isAnchor(nodeId: NodeId): boolean {
    return this.#anchors.includes(nodeId)
  }

  /** Drops whoever has no place in the network any more. */
  retain(isMember: (nodeId: NodeId) => boolean): void {
    const staying = this.#anchors.filter(isMember)
    if (staying.length === this.#anchors.length) return
    this.#anchors = staying
    this.#store.save(staying)
  }

  /**
   * Takes up peers of this node's own choice that are proven, the longest connected first. An
   * anchor stays one until a proven peer can take its place: while nobody is connected, as in an
   * outage, none is lost.
   */
  keep(peers: readonly ConnectedPeer[]): void {
    const proven = peers
      .filter((peer) => peer.direction === 'outbound' && !this.#standings.isOnProbation(peer))
      .toSorted((a, b) => a.since - b.since)
      .map(({ nodeId }) => nodeId)
    const staying = this.#anchors.filter((anchor) => proven.includes(anchor))
    const coming = proven.filter((nodeId) => !staying.includes(nodeId))
    const gone = this.#anchors.filter((anchor) => !staying.includes(anchor))
    const next = [...staying, ...coming, ...gone].slice(0, LIMITS.anchorsMax)
    if (next.join() === this.#anchors.join()) return
    const isSameSet = next.every((anchor) => this.isAnchor(anchor))
    this.#anchors = next
    if (!isSameSet) this.#store.save(next)
  }
}
