import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import { systemScheduler } from '../time/scheduler.ts'
import type { Lifecycle } from './lifecycle.ts'

/** Stops everything that was started; what hangs longer than `LIMITS.stopMs` is left. */
export async function stopInTime(lifecycle: Lifecycle, logger: Logger): Promise<void> {
  const late = Promise.withResolvers<void>()
  const cancel = systemScheduler.after(LIMITS.stopMs, () => {
    logger.error('daemon.stop-late', { ms: LIMITS.stopMs })
    late.resolve()
  })
  await Promise.race([lifecycle.stopAll(), late.promise])
  cancel()
}
