/** Bytes that are held for others: so many for each of them, so many for all. */
export class ByteBudget<K> {
  readonly #perKeyMax: number
  readonly #max: number
  readonly #held = new Map<K, number>()
  #total = 0

  constructor(perKeyMax: number, max: number) {
    this.#perKeyMax = perKeyMax
    this.#max = max
  }

  hasRoom(key: K, bytes: number): boolean {
    const held = (this.#held.get(key) ?? 0) + bytes
    return held <= this.#perKeyMax && this.#total + bytes <= this.#max
  }

  /** False when it would be too many, and then nothing is held. */
  take(key: K, bytes: number): boolean {
    if (!this.hasRoom(key, bytes)) return false
    this.#held.set(key, (this.#held.get(key) ?? 0) + bytes)
    this.#total += bytes
    return true
  }

  release(key: K, bytes: number): void {
    const held = (this.#held.get(key) ?? 0) - bytes
    if (held < 0) throw new Error('released more bytes than were taken')
    this.#total -= bytes
    if (held === 0) this.#held.delete(key)
    else this.#held.set(key, held)
  }
}
