import type { Clock } from './clock.ts'

/**
 * Keeps the event loop going round while much work is ready at once: whoever is about to do a piece
 * of it asks for a turn, and once `turnMs` were spent since the loop last went round, waits for a
 * later round. Askers take turns with each other, however many pieces one of them has waiting.
 */
export class Turns {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #turnMs: number
  /** When the loop last went round; absent when nobody has worked since. */
  #start: number | undefined
  /** By asker, whoever is next first. */
  readonly #waiting = new Map<string, (() => void)[]>()

  constructor(clock: Pick<Clock, 'monotonic'>, turnMs: number) {
    this.#clock = clock
    this.#turnMs = turnMs
  }

  /** Whether `take` would have to wait. */
  get isSpent(): boolean {
    return this.#waiting.size > 0 || !this.#hasTime()
  }

  async take(asker: string): Promise<void> {
    if (!this.isSpent) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const line = this.#waiting.get(asker) ?? []
    line.push(resolve)
    this.#waiting.set(asker, line)
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

  /** One piece a round: what it costs is seen by the clock before another one begins. */
  #nextRound(): void {
    this.#start = undefined
    const [next] = this.#waiting
    if (next === undefined) return
    const [asker, line] = next
    const [first, ...rest] = line
    this.#waiting.delete(asker)
    if (rest.length > 0) this.#waiting.set(asker, rest)
    this.#start = this.#clock.monotonic()
    setImmediate(() => this.#nextRound())
    first?.()
  }
}
