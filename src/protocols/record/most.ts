import { LIMITS } from '../../limits.ts'
import type { Scheduler } from '../../time/scheduler.ts'

/** A question that several nodes were asked at once. */
export interface Asking {
  /** Every node has answered or its deadline has passed. */
  readonly all: Promise<void>
  /** Most have given a good answer and the others had `LIMITS.recordGraceMs`; at the latest `all`. */
  readonly most: Promise<void>
}

/**
 * Waits for most of `asked` nodes, so that one that hangs holds up nobody. `ask` calls `look` after
 * each answer; `good` says how many were good so far. Whoever goes on with `most` sees to it that
 * something waits for `all`.
 */
export function askMost(
  scheduler: Scheduler,
  asked: number,
  good: () => number,
  ask: (look: () => void) => Promise<void>
): Asking {
  const { promise: graceOver, resolve } = Promise.withResolvers<void>()
  let cancelGrace: (() => void) | undefined
  const all = ask(() => {
    if (good() >= majorityOf(asked)) {
      cancelGrace ??= scheduler.after(LIMITS.recordGraceMs, resolve)
    }
  })
  const most = Promise.race([all, graceOver]).finally(() => cancelGrace?.())
  return { all, most }
}

function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1
}
