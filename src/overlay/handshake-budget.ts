import type { Multiaddr } from '@multiformats/multiaddr'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { RateLimit } from '../time/rate-limit.ts'
import type { RecentOrigins } from './recent-origins.ts'

/**
 * How many handshakes this node pays for, whoever comes from wherever: asked right before the first
 * cryptography, which costs more than a millisecond. Origins of members have a budget of their own.
 */
export class HandshakeBudget {
  readonly #recent: Pick<RecentOrigins, 'has'>
  readonly #members: RateLimit
  readonly #strangers: RateLimit

  constructor(clock: Pick<Clock, 'monotonic'>, recent: Pick<RecentOrigins, 'has'>) {
    this.#recent = recent
    const perSecond = (count: number) =>
      new RateLimit(clock, { count, perMs: 1000, burst: 2 * count })
    this.#members = perSecond(LIMITS.memberHandshakesPerSecond)
    this.#strangers = perSecond(LIMITS.strangerHandshakesPerSecond)
  }

  /** False when the handshake must not begin. */
  take(address: Multiaddr): boolean {
    return (this.#recent.has(address) ? this.#members : this.#strangers).take()
  }
}
