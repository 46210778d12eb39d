import { LIMITS } from '../limits.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'

interface Wait {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

/**
 * Entries of the trust log that a peer has and this node lacks: until they are here, it may serve
 * somebody whom they revoke (SR-ADM-7). Requests wait for them; for `LIMITS.newsWaitMs` only, and
 * once for each size that the authority has signed, since whoever shows a checkpoint need not hand
 * over what leads to it.
 */
export class MissingNews {
  readonly #log: { readonly size: number }
  readonly #scheduler: Scheduler
  /** The largest log that was ever shown. */
  #shown = 0
  #wait: Wait | undefined
  #cancel: CancelTimer | undefined

  constructor(log: { readonly size: number }, scheduler: Scheduler) {
    this.#log = log
    this.#scheduler = scheduler
  }

  /** An admitted peer has shown a checkpoint of this size, signed by the authority. */
  shown(size: number): void {
    if (size <= Math.max(this.#shown, this.#log.size)) return
    this.#shown = size
    this.#wait ??= Promise.withResolvers<void>()
    this.#cancel?.()
    this.#cancel = this.#scheduler.after(LIMITS.newsWaitMs, () => this.stop())
  }

  /** Call it when the log has grown and whoever that revokes is cut. */
  look(): void {
    if (this.#log.size >= this.#shown) this.stop()
  }

  /** Settles when nothing is waited for any more; undefined when nothing is. */
  arrival(): Promise<void> | undefined {
    return this.#wait?.promise
  }

  /** Nobody waits any longer. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#wait?.resolve()
    this.#wait = undefined
  }
}
