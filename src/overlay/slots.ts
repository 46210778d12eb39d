interface Slots {
  free: number
  readonly waiting: (() => void)[]
}

/** A bounded number of slots for each key; whoever comes when all are taken waits in line. */
export class SlotTable<K> {
  readonly #slotsMax: number
  /** Keys with a taken slot; the others need no entry. */
  readonly #taken = new Map<K, Slots>()

  constructor(slotsMax: number) {
    this.#slotsMax = slotsMax
  }

  async acquire(key: K): Promise<void> {
    const slots = this.#taken.get(key) ?? { free: this.#slotsMax, waiting: [] }
    this.#taken.set(key, slots)
    if (slots.free > 0) {
      slots.free--
      return
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    slots.waiting.push(resolve)
    await promise
  }

  /** Takes a slot if one is free, without waiting. */
  tryAcquire(key: K): boolean {
    if (this.#taken.get(key)?.free === 0) return false
    void this.acquire(key)
    return true
  }

  release(key: K): void {
    const slots = this.#taken.get(key)
    if (slots === undefined) throw new Error('released more slots than were taken')
    const next = slots.waiting.shift()
    if (next !== undefined) next()
    else if (++slots.free === this.#slotsMax) this.#taken.delete(key)
  }
}
