import type { Clock } from './clock.ts'

/**
 * Keeps the event loop going round while much work is ready at once: whoever is about to do a piece
 * of it asks for a turn, and once `turnMs` were spent since the loop last went round, waits for its
 * next round. Work of many askers goes on in the order in which they asked.
 */
export class Turns {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #turnMs: number
  /** When the loop last went round; absent when nobody has worked since. */
  #start: number | undefined
  readonly #waiting: (() => void)[] = []

  constructor(clock: Pick<Clock, 'monotonic'>, turnMs: number) {
    this.#clock = clock
    this.#turnMs = turnMs
  }

  /** Whether `take` would have to wait. */
  get isSpent(): boolean {
    return this.#waiting.length > 0 || !this.#hasTime()
  }

  async take(): Promise<void> {
    if (!this.isSpent) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.push(resolve)
    await promise
  }

  #hasTime(): boolean {
    const now = this.#clock.monotonic()
    if (this.#start === undefined) {
      this.#start = now
      setImmediate(() => this.#nextRound())
    }
    return now - this.#start < this.#turnMs
  }

  #nextRound(): void {
    this.#start = undefined
    // One at a time: what the first of them does is seen by the clock before the second goes on.
    const [first] = this.#waiting.splice(0, 1)
    if (first === undefined) return
    this.#start = this.#clock.monotonic()
    setImmediate(() => this.#nextRound())
    first()
  }
}
