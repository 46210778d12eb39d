import { sha256 } from '../crypto/digest.ts'
import { toHex, utf8 } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'

/** One use of an idempotency key. */
export interface KeyedCall {
  /** Whose keys these are: callers with different rights never meet each other's results. */
  readonly scope: string
  readonly method: string
  readonly key: string
  /** Checked, with their defaults filled in, without the key. */
  readonly params: Readonly<Record<string, unknown>>
}

interface Entry {
  readonly digest: string
  readonly since: number
  /** Settles, never rejects, when the call has ended. */
  readonly ended: Promise<void>
  outcome: { readonly result: unknown } | undefined
}

/**
 * Calls that run once however often they are asked for (SR-CTL-2): a caller that lost the answer
 * asks again with the same key and gets the result of the first time. Such a call goes on when its
 * caller goes away, for it may have been the answer that was lost. A call that failed is forgotten.
 *
 * What is remembered lives in memory, `LIMITS.idempotencyMs` long, for the newest
 * `LIMITS.idempotencyKeysMax` calls: results can be secrets, and a restart forgets them.
 */
export class IdempotentCalls {
  readonly #clock: Pick<Clock, 'monotonic'>
  /** In the order of their begin. */
  readonly #entries = new Map<string, Entry>()
  readonly #ending = new AbortController()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** Ends the calls under way with `CANCELED`. */
  stop(): void {
    this.#ending.abort(new PeerageError('CANCELED'))
  }

  /**
   * The result of the first call with this key; `work` runs when there was none. Throws
   * `IDEMPOTENCY_CONFLICT` where the first call had other parameters, and what `work` throws.
   */
  async run(call: KeyedCall, work: (signal: AbortSignal) => unknown): Promise<unknown> {
    const place = JSON.stringify([call.scope, call.method, call.key])
    const digest = toHex(sha256(utf8(JSON.stringify(call.params))))
    this.#forgetOld()
    for (let entry = this.#entries.get(place); entry; entry = this.#entries.get(place)) {
      if (entry.digest !== digest) {
        throw new PeerageError('IDEMPOTENCY_CONFLICT', { method: call.method })
      }
      if (entry.outcome !== undefined) return entry.outcome.result
      await entry.ended
    }
    return await this.#first(place, digest, work)
  }

  async #first(
    place: string,
    digest: string,
    work: (signal: AbortSignal) => unknown
  ): Promise<unknown> {
    const ended = Promise.withResolvers<void>()
    const since = this.#clock.monotonic()
    const entry: Entry = { digest, since, ended: ended.promise, outcome: undefined }
    this.#entries.set(place, entry)
    try {
      const result = await work(this.#ending.signal)
      entry.outcome = { result }
      return result
    } catch (error) {
      if (this.#entries.get(place) === entry) this.#entries.delete(place)
      throw error
    } finally {
      ended.resolve()
    }
  }

  #forgetOld(): void {
    const since = this.#clock.monotonic() - LIMITS.idempotencyMs
    for (const [place, entry] of this.#entries) {
      const isOver = entry.since <= since || this.#entries.size >= LIMITS.idempotencyKeysMax
      if (!isOver) return
      // One under way is counted by the connection it came through; forgetting it would run it twice.
      if (entry.outcome !== undefined) this.#entries.delete(place)
    }
  }
}
