import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { EventSource, EventSubscription } from './events.ts'
import { rpcErrorOf } from './rpc-error.ts'

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
    const subscriptionsMax = LIMITS.subscriptionsPerConnectionMax
    if (this.#open.size >= subscriptionsMax) {
      throw new PeerageError('TOO_MANY_REQUESTS', { subscriptionsMax })
    }
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
    for (const subscription of this.#open.values()) subscription.end()
    this.#open.clear()
  }
}
