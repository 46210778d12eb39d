import { toPeerageError } from '../../errors.ts'
import type { Logger } from '../../log.ts'

/** Work that goes on after an answer was given, so that stopping can end it and wait for it. */
export interface Background {
  /** Aborts when the node stops. */
  readonly signal: AbortSignal
  run(work: () => Promise<void>): void
  /** Resolves when nothing runs. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export function createBackground(logger: Logger): Background {
  const controller = new AbortController()
  const running = new Set<Promise<void>>()

  async function guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      logger.warn('record.background-failed', { code: toPeerageError(error).code })
    }
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.all(running)
  }

  return {
    signal: controller.signal,
    idle,
    run(work) {
      const task: Promise<void> = guarded(work).finally(() => running.delete(task))
      running.add(task)
    },
    async stop() {
      controller.abort()
      await idle()
    }
  }
}
