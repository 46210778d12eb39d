/** Cancels the timer; calling it again does nothing. */
export type CancelTimer = () => void

/** Timers as an argument, so that a test moves time instead of waiting for it. */
export interface Scheduler {
  /** Runs once after `ms` milliseconds. */
  after(ms: number, run: () => void): CancelTimer
  /** Runs every `ms` milliseconds, first after one interval. */
  every(ms: number, run: () => void): CancelTimer
}

/**
 * Timers of the machine. What runs once keeps the process alive until then: somebody may be waiting
 * for nothing but that deadline. What repeats does not.
 */
export const systemScheduler: Scheduler = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  every(ms, run) {
    const timer = setInterval(run, ms)
    timer.unref()
    return () => clearInterval(timer)
  }
}

/** The same, but they keep the process alive: for a command that does nothing but wait. */
export const foregroundScheduler: Scheduler = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  every(ms, run) {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  }
}
