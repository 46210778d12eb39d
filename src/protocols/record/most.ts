import { LIMITS } from '../../limits.ts'
import type { Scheduler } from '../../time/scheduler.ts'

/** A question that several nodes were asked at once. */
export interface Asking {
  /** Every node has answered or its deadline has passed. */
  readonly all: Promise<void>
  /**
   * What has come decides and the others had `LIMITS.recordDecidedMs`, or most have given a good
   * answer and the others had `LIMITS.recordGraceMs`; at the latest `all`.
   */
  readonly most: Promise<void>
}

export interface Answers {
  readonly asked: number
  /** How many answers were good so far. */
  readonly good: () => number
  /** Whether what is still to come changes nothing but the count. */
  readonly isDecided: () => boolean
}

/**
 * Waits for no more than the answer needs, so that one that hangs holds up nobody. `ask` calls
 * `look` after each answer. Whoever goes on with `most` sees to it that something waits for `all`.
 */
export function askMost(
  scheduler: Scheduler,
  { asked, good, isDecided }: Answers,
  ask: (look: () => void) => Promise<void>
): Asking {
  const { promise: isEnough, resolve } = Promise.withResolvers<void>()
  const graces: (() => void)[] = []
  let isEnding = false
  const all = ask(() => {
    if (isDecided() && !isEnding) {
      isEnding = true
      graces.push(scheduler.after(LIMITS.recordDecidedMs, resolve))
    } else if (good() >= majorityOf(asked) && graces.length === 0) {
      graces.push(scheduler.after(LIMITS.recordGraceMs, resolve))
    }
  })
  const most = Promise.race([all, isEnough]).finally(() => {
    for (const cancel of graces) cancel()
  })
  return { all, most }
}

/**
 * The answers of a read. It is decided once fewer are missing than a write needs: among the others
 * is then a holder of whatever was acknowledged.
 */
export function answersOfRead(asked: number, good: () => number, quorum: number): Answers {
  return { asked, good, isDecided: () => asked - good() < quorum }
}

function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1
}
