import type { Multiaddr } from '@multiformats/multiaddr'
import { RecentMap } from '../encoding/recent-map.ts'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { addressBudgetKey } from './address-budget-key.ts'

/**
 * Where members were admitted from lately. What is reserved for them is no right: it only keeps a
 * crowd of strangers from taking all places before a member's handshake has begun.
 */
export class RecentOrigins {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** Until when an origin counts. */
  readonly #ends = new RecentMap<string, number>(LIMITS.recentOriginsMax)

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  admitted(address: Multiaddr): void {
    this.#ends.set(addressBudgetKey(address), this.#clock.monotonic() + LIMITS.recentOriginMs)
  }

  has(address: Multiaddr): boolean {
    return (this.#ends.get(addressBudgetKey(address)) ?? 0) > this.#clock.monotonic()
  }
}
