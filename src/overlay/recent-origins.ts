import type { Multiaddr } from '@multiformats/multiaddr'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { addressBudgetKey } from './address-budget-key.ts'

/**
 * Where members were admitted from lately. What is reserved for them is no right: it only keeps a
 * crowd of strangers from taking all places before a member's handshake has begun.
 */
export class RecentOrigins {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** Until when an origin counts; the one that was seen longest ago comes first. */
  readonly #ends = new Map<string, number>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  admitted(address: Multiaddr): void {
    const key = addressBudgetKey(address)
    this.#ends.delete(key)
    this.#ends.set(key, this.#clock.monotonic() + LIMITS.recentOriginMs)
    const [oldest] = this.#ends.keys()
    if (oldest !== undefined && this.#ends.size > LIMITS.recentOriginsMax) this.#ends.delete(oldest)
  }

  has(address: Multiaddr): boolean {
    return (this.#ends.get(addressBudgetKey(address)) ?? 0) > this.#clock.monotonic()
  }
}
