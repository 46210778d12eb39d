import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { EventSource, EventSubscription } from './events.ts'
import type { eventsSubscribe } from './methods/events.ts'
import type { StartedWatch } from './node-api.ts'
import type { RecordChanged } from './record-changed.ts'
import { rpcErrorOf } from './rpc-error.ts'

/** The right by which a subscription goes on. */
export const SUBSCRIBE: Pick<typeof eventsSubscribe, 'name' | 'access'> = {
  name: 'events.subscribe',
  access: 'observe'
}

export interface Notifications {
  /** False when the client does not keep up: nothing more is to be sent until it does. */
  notify(method: string, params: Readonly<Record<string, unknown>>): boolean
  /** Ends the connection after what was sent. */
  cut(): void
}

/** The event subscriptions of one connection. */
export class Subscriptions {
  readonly #events: EventSource
  readonly #notifications: Notifications
  readonly #open = new Map<string, EventSubscription>()
  #opened = 0
  /** The client went away, maybe while its watch was still being opened. */
  #isOver = false

  constructor(events: EventSource, notifications: Notifications) {
    this.#events = events
    this.#notifications = notifications
  }

  /** Delivers nothing before `start`. Throws `TOO_MANY_REQUESTS`, `EVENTS_LAGGED`. */
  open(params: { readonly topics: readonly string[]; readonly since?: string | undefined }): {
    subscriptionId: string
    cursor: string
    start(): void
  } {
    this.#requireRoom()
    const subscriptionId = `s${++this.#opened}`
    const subscription = this.#events.subscribe({
      ...params,
      deliver: ({ cursor, topic, time, data }) =>
        this.#notifications.notify('events.event', { subscriptionId, cursor, topic, time, data }),
      lagged: (dropped) => {
        const error = rpcErrorOf('EVENTS_LAGGED', { dropped })
        this.#notifications.notify('events.lagged', { subscriptionId, dropped, error })
        this.#notifications.cut()
      }
    })
    this.#open.set(subscriptionId, subscription)
    return { subscriptionId, cursor: subscription.cursor, start: () => subscription.resume() }
  }

  /**
   * A client that does not keep up is told of the newest change when it does. Throws
   * `TOO_MANY_REQUESTS` and what `watch` throws.
   */
  async openWatch(
    watch: (onChange: (change: RecordChanged) => void) => Promise<StartedWatch>
  ): Promise<{ subscriptionId: string; cursor: string; start(): void }> {
    this.#requireRoom()
    const subscriptionId = `s${++this.#opened}`
    let held: RecordChanged | undefined
    let isWaiting = false
    const tell = (change: RecordChanged) => {
      isWaiting = !this.#notifications.notify('record.changed', { subscriptionId, ...change })
    }
    const { cursor, start, end } = await watch((change) => {
      if (isWaiting) held = { ...change, missed: change.missed + missedOf(held) }
      else tell(change)
    })
    const resume = () => {
      isWaiting = false
      const change = held
      held = undefined
      if (change !== undefined) tell(change)
    }
    this.#open.set(subscriptionId, { cursor, resume, end })
    if (this.#isOver) this.close(subscriptionId)
    return { subscriptionId, cursor, start }
  }

  /** Throws `NOT_FOUND`. */
  close(subscriptionId: string): void {
    const subscription = this.#open.get(subscriptionId)
    if (subscription === undefined) throw new PeerageError('NOT_FOUND', { subscriptionId })
    subscription.end()
    this.#open.delete(subscriptionId)
  }

  /** The client keeps up again. */
  resumeAll(): void {
    for (const subscription of this.#open.values()) subscription.resume()
  }

  endAll(): void {
    this.#isOver = true
    for (const subscription of this.#open.values()) subscription.end()
    this.#open.clear()
  }

  #requireRoom(): void {
    const subscriptionsMax = LIMITS.subscriptionsPerConnectionMax
    if (this.#open.size < subscriptionsMax) return
    throw new PeerageError('TOO_MANY_REQUESTS', { subscriptionsMax })
  }
}

/** One that was never told is a version that was missed, with those before it. */
function missedOf(held: RecordChanged | undefined): number {
  return held === undefined ? 0 : held.missed + 1
}
