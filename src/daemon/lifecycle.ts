import { toPeerageError } from '../errors.ts'
import type { Logger } from '../log.ts'

export type Stop = () => Promise<void> | void

/**
 * Remembers how to stop what was started and does it in reverse order. A step that fails is
 * logged and never keeps the following ones from running.
 */
export class Lifecycle {
  readonly #stops: { readonly name: string; readonly stop: Stop }[] = []
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Call it right after the part has started, so that a failure further on stops it too. */
  started(name: string, stop: Stop): void {
    this.#stops.push({ name, stop })
  }

  async start(name: string, part: { start(): Promise<void>; stop: Stop }): Promise<void> {
    await part.start()
    this.started(name, () => part.stop())
  }

  async stopAll(): Promise<void> {
    for (let part = this.#stops.pop(); part !== undefined; part = this.#stops.pop()) {
      try {
        await part.stop()
      } catch (thrown) {
        const error = toPeerageError(thrown)
        this.#logger.error('daemon.stop-failed', { part: part.name, code: error.code })
      }
    }
  }
}
