import { PeerageError } from '../errors.ts'

/** Why a signal ended the work: its own coded reason, otherwise `CANCELED`. */
export function abortError(signal: AbortSignal): PeerageError {
  return signal.reason instanceof PeerageError
    ? signal.reason
    : new PeerageError('CANCELED', {}, signal.reason)
}

/**
 * Waits for `work` until the signal aborts, then throws {@link abortError}. The work itself goes
 * on: use it where stopping halfway would be worse than finishing unwatched.
 */
export async function waitUnlessAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return await work
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(abortError(signal))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    if (signal.aborted) throw abortError(signal)
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
