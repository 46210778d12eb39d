import type { Clock } from './clock.ts'

export interface Rate {
  /** Sustained number of events in `perMs` milliseconds. */
  readonly count: number
  readonly perMs: number
  /** Events that may come at once after a pause; at least 1. */
  readonly burst: number
}

/**
 * Generic cell rate algorithm (ITU-T I.371 Annex A) over keys, on the monotonic clock: one number
 * per key, no timers. At most `keysMax` keys are remembered; beyond that the one that was new
 * longest ago is forgotten, so memory is bounded whoever calls.
 */
export class RateLimit {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #interval: number
  readonly #tolerance: number
  readonly #keysMax: number
  /** When the next event of a key would be on time. */
  readonly #due = new Map<string, number>()

  constructor(clock: Pick<Clock, 'monotonic'>, rate: Rate, keysMax = 1) {
    this.#clock = clock
    this.#interval = rate.perMs / rate.count
    this.#tolerance = this.#interval * (rate.burst - 1)
    this.#keysMax = keysMax
  }

  /**
   * Counts one event of `key`; false when it comes too early, and then it is not counted. An event
   * that costs more leaves room for less.
   */
  take(key = '', cost = 1): boolean {
    const now = this.#clock.monotonic()
    const due = Math.max(this.#due.get(key) ?? now, now)
    if (due - now > this.#tolerance) return false
    if (!this.#due.has(key)) this.#makeRoom(now)
    this.#due.set(key, due + this.#interval * cost)
    return true
  }

  #makeRoom(now: number): void {
    if (this.#due.size < this.#keysMax) return
    for (const [key, due] of this.#due) if (due <= now) this.#due.delete(key)
    const [oldest] = this.#due.keys()
    if (oldest !== undefined && this.#due.size >= this.#keysMax) this.#due.delete(oldest)
  }
}
