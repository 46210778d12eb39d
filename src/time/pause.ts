import type { Scheduler } from './scheduler.ts'

/** Resolves after `ms` milliseconds. */
export function pause(scheduler: Scheduler, ms: number): Promise<void> {
  return new Promise((resolve) => {
    scheduler.after(ms, resolve)
  })
}
