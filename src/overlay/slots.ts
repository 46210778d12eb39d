interface Slots {
  free: number
  readonly waiting: (() => void)[]
}

/** A bounded number of slots for each key; whoever comes when all are taken waits in line. */
export class SlotTable<K> {
  readonly #slotsMax: number
  /** A key may have one in so many of the slots; asked at each turn, for it may change. */
  readonly #divisorOf: (key: K) => number
  /** Keys with a taken slot; the others need no entry. */
  readonly #taken = new Map<K, Slots>()

  constructor(slotsMax: number, divisorOf: (key: K) => number = () => 1) {
    this.#slotsMax = slotsMax
    this.#divisorOf = divisorOf
  }

  async acquire(key: K): Promise<void> {
    const slots = this.#taken.get(key) ?? { free: this.#slotsMax, waiting: [] }
    this.#taken.set(key, slots)
    if (this.#isFree(key, slots)) {
      slots.free--
      return
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    slots.waiting.push(resolve)
    await promise
  }

  /** Takes a slot if one is free, without waiting. */
  tryAcquire(key: K): boolean {
    const slots = this.#taken.get(key)
    if (slots !== undefined && !this.#isFree(key, slots)) return false
    void this.acquire(key)
    return true
  }

  release(key: K): void {
    const slots = this.#taken.get(key)
    if (slots === undefined) throw new Error('released more slots than were taken')
    slots.free++
    while (slots.waiting.length > 0 && this.#isFree(key, slots)) {
      slots.free--
      slots.waiting.shift()?.()
    }
    if (slots.free === this.#slotsMax) this.#taken.delete(key)
  }

  /** At least one slot is always there, so that nobody waits for ever. */
  #isFree(key: K, { free }: Slots): boolean {
    const usable = Math.max(1, Math.floor(this.#slotsMax / this.#divisorOf(key)))
    return free > this.#slotsMax - usable
  }
}
