import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { type Clock, formatTime } from '../time/clock.ts'
import type { EventData, Topic } from './event-schemas.ts'

/** One thing that happened, numbered by an opaque cursor. */
export interface NodeEvent {
  readonly cursor: string
  readonly topic: Topic
  /** RFC 3339. */
  readonly time: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface Subscriber {
  /** Topics, whole nouns as `peer.*`, or `*`. */
  readonly topics: readonly string[]
  /** Continues after this cursor instead of now. */
  readonly since?: string | undefined
  /** Takes one event; false asks to wait until the next `resume`. */
  deliver(event: NodeEvent): boolean
  /** So many events were lost because the subscriber was too slow; the subscription has ended. */
  lagged(dropped: number): void
}

export interface EventSubscription {
  /** The event after which delivery begins. */
  readonly cursor: string
  /** Starts delivery, and continues it after a `deliver` that returned false. */
  resume(): void
  end(): void
}

export interface EventSource {
  /** Delivers nothing before `resume`. Throws `EVENTS_LAGGED` where `since` is no longer kept. */
  subscribe(subscriber: Subscriber): EventSubscription
}

export interface EventHub extends EventSource {
  publish<T extends Topic>(topic: T, data: EventData<T>): void
}

interface Reader {
  readonly subscriber: Subscriber
  /** Sequence number of the event to deliver next. */
  next: number
  isWaiting: boolean
}

/**
 * Hands events to subscribers. The last `eventBacklogMax` events are kept once for everybody: a
 * subscriber is a place in that row and costs no memory however slowly it reads; it ends with
 * `lagged` when the row has moved past its place.
 */
export function createEventHub(components: { clock: Clock }): EventHub {
  return new Hub(components.clock)
}

class Hub implements EventHub {
  readonly #clock: Clock
  /** Tells cursors of this process from those of an earlier one, whose events are gone. */
  readonly #epoch: string
  readonly #kept: NodeEvent[] = []
  #end = 0
  readonly #readers = new Set<Reader>()

  constructor(clock: Clock) {
    this.#clock = clock
    this.#epoch = clock.now().toString(36)
  }

  publish<T extends Topic>(topic: T, data: EventData<T>): void {
    const event = {
      cursor: this.#cursor(++this.#end),
      topic,
      time: formatTime(this.#clock.now()),
      data
    }
    this.#kept[this.#slot(this.#end)] = event
    for (const reader of this.#readers) this.#pump(reader)
  }

  subscribe(subscriber: Subscriber): EventSubscription {
    const after = subscriber.since === undefined ? this.#end : this.#parseCursor(subscriber.since)
    const reader: Reader = { subscriber, next: after + 1, isWaiting: true }
    this.#readers.add(reader)
    return {
      cursor: this.#cursor(after),
      resume: () => {
        reader.isWaiting = false
        this.#pump(reader)
      },
      end: () => {
        this.#readers.delete(reader)
      }
    }
  }

  #pump(reader: Reader): void {
    while (this.#readers.has(reader) && reader.next <= this.#end) {
      const dropped = this.#start() - reader.next
      if (dropped > 0) {
        this.#readers.delete(reader)
        reader.subscriber.lagged(dropped)
        return
      }
      if (reader.isWaiting) return
      const event = this.#kept[this.#slot(reader.next++)]
      if (event === undefined || !matches(reader.subscriber.topics, event.topic)) continue
      reader.isWaiting = !reader.subscriber.deliver(event)
    }
  }

  /** Sequence number of the oldest event that is kept. */
  #start(): number {
    return Math.max(1, this.#end - LIMITS.eventBacklogMax + 1)
  }

  #slot(sequence: number): number {
    return sequence % LIMITS.eventBacklogMax
  }

  #cursor(sequence: number): string {
    return `${this.#epoch}.${sequence}`
  }

  #parseCursor(cursor: string): number {
    const [epoch, digits] = cursor.split('.')
    const sequence = /^\d{1,15}$/.test(digits ?? '') ? Number(digits) : Number.NaN
    const isKept = sequence >= this.#start() - 1 && sequence <= this.#end
    if (epoch === this.#epoch && isKept && this.#cursor(sequence) === cursor) return sequence
    throw new PeerageError('EVENTS_LAGGED', { cursor: this.#cursor(this.#end) })
  }
}

function matches(patterns: readonly string[], topic: Topic): boolean {
  const noun = topic.slice(0, topic.indexOf('.'))
  return patterns.some((p) => p === '*' || p === topic || p === `${noun}.*`)
}
