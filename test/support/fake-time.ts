import type { Clock } from '../../src/time/clock.ts'
import type { Scheduler } from '../../src/time/scheduler.ts'

interface Timer {
  due: number
  readonly run: () => void
  readonly interval: number | undefined
}

/** A clock and a scheduler that move only when the test says so. */
export class FakeTime implements Clock, Scheduler {
  #now: number
  #monotonic = 0
  readonly #timers = new Set<Timer>()

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#monotonic
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ due: this.#monotonic + ms, run, interval: undefined })
  }

  every(ms: number, run: () => void): () => void {
    return this.#add({ due: this.#monotonic + ms, run, interval: ms })
  }

  /** Moves both clocks forward and runs what became due, in order. */
  advance(ms: number): void {
    const end = this.#monotonic + ms
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#step(next.due - this.#monotonic)
      if (next.interval === undefined) this.#timers.delete(next)
      else next.due += next.interval
      next.run()
    }
    this.#step(end - this.#monotonic)
  }

  /** Sets the wall clock, as an operator or NTP would; timers are not affected. */
  jump(now: number): void {
    this.#now = now
  }

  #step(ms: number): void {
    this.#monotonic += ms
    this.#now += ms
  }

  #next(end: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.due <= end && (next === undefined || timer.due < next.due)) next = timer
    }
    return next
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }
}
