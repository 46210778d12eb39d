import { PeerageError } from '../errors.ts'
import type { Scheduler } from './scheduler.ts'

export interface Deadline {
  readonly signal: AbortSignal
  /** Ends the deadline's timer and listener; call it when the work has ended either way. */
  release(): void
}

/**
 * A signal that aborts with `TIMEOUT` after `ms`, or with the parent's reason when the parent
 * aborts first.
 */
export function deadline(scheduler: Scheduler, ms: number, parent?: AbortSignal): Deadline {
  const controller = new AbortController()
  const forward = () => controller.abort(parent?.reason)
  if (parent?.aborted === true) forward()
  parent?.addEventListener('abort', forward, { once: true })
  const cancel = scheduler.after(ms, () => controller.abort(new PeerageError('TIMEOUT', { ms })))
  return {
    signal: controller.signal,
    release() {
      cancel()
      parent?.removeEventListener('abort', forward)
    }
  }
}
