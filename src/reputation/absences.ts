import { RecentMap } from '../encoding/recent-map.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { REPUTATION } from './parameters.ts'

interface Absence {
  readonly points: number
  /** On the monotonic clock. */
  readonly at: number
}

/**
 * Which nodes were not there lately. It is about a node and not about its member, it is forgotten
 * with the process, and it only orders: a node that nobody reaches has done nothing wrong, and
 * mostly it is this node whose network is gone.
 */
export class Absences {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #nodes = new RecentMap<NodeId, Absence>(LIMITS.absencesMax)

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  add(nodeId: NodeId): void {
    const points = Math.min(REPUTATION.absenceMax, this.pointsOf(nodeId) + 1)
    this.#nodes.set(nodeId, { points, at: this.#clock.monotonic() })
  }

  /** It has answered. */
  clear(nodeId: NodeId): void {
    this.#nodes.delete(nodeId)
  }

  pointsOf(nodeId: NodeId): number {
    const absence = this.#nodes.get(nodeId)
    if (absence === undefined) return 0
    const ms = this.#clock.monotonic() - absence.at
    return absence.points * 2 ** (-ms / REPUTATION.absenceHalfLifeMs)
  }
}
