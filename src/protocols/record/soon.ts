import { LIMITS } from '../../limits.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'

/** Does once, a moment later, what many have asked for: nobody waits for the disk. */
export interface Soon {
  ask(): void
  /** Does now what was asked for. */
  flush(): void
}

export function createSoon(
  { background, scheduler }: { background: Pick<Background, 'run'>; scheduler: Scheduler },
  run: () => void
): Soon {
  let cancel: (() => void) | undefined

  function flush(): void {
    if (cancel === undefined) return
    cancel()
    cancel = undefined
    run()
  }

  return {
    flush,
    ask() {
      cancel ??= scheduler.after(LIMITS.storageReceiptGatherMs, () => {
        background.run(async () => flush())
      })
    }
  }
}
