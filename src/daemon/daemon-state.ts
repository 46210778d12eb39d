import { PeerageError } from '../errors.ts'
import type { Clock } from '../time/clock.ts'
import { deadline } from '../time/deadline.ts'
import type { Scheduler } from '../time/scheduler.ts'

export type Stage = 'starting' | 'ready' | 'stopping'

export interface DaemonState {
  current(): Stage
  enter(stage: Stage): void
  /** Milliseconds since the daemon began to start. */
  uptimeMs(): number
  /** Something that a waiter may look at has changed. */
  changed(): void
  /** Resolves once `isThere` holds. Throws `TIMEOUT`, or the reason of `signal`. */
  until(isThere: () => boolean, timeoutMs: number, signal: AbortSignal): Promise<void>
}

/** The stage of the daemon, and whoever waits for something about it. */
export function createDaemonState(clock: Clock, scheduler: Scheduler): DaemonState {
  const start = clock.monotonic()
  const waiters = new Set<() => void>()
  let stage: Stage = 'starting'

  function changed(): void {
    for (const look of [...waiters]) look()
  }

  return {
    current: () => stage,
    uptimeMs: () => Math.round(clock.monotonic() - start),
    changed,
    enter(next) {
      stage = next
      changed()
    },
    async until(isThere, timeoutMs, parent) {
      if (isThere()) return
      const { signal, release } = deadline(scheduler, timeoutMs, parent)
      const waiting = Promise.withResolvers<void>()
      const look = () => {
        if (stage === 'stopping') waiting.reject(new PeerageError('NOT_READY'))
        else if (isThere()) waiting.resolve()
      }
      const end = () => waiting.reject(signal.reason)
      waiters.add(look)
      signal.addEventListener('abort', end, { once: true })
      if (signal.aborted) end()
      try {
        await waiting.promise
      } finally {
        waiters.delete(look)
        release()
      }
    }
  }
}
