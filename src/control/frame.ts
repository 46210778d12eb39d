const INITIAL_BYTES = 4096
const NEWLINE = 0x0a

/**
 * Cuts a byte stream into lines that end with a line feed. Nothing is decoded here; a line longer
 * than `bytesMax` is noticed before it is complete. Every byte is copied once into one buffer that
 * grows by doubling, so that a sender of single bytes costs neither quadratic time nor an object
 * for each byte.
 */
export class LineSplitter {
  readonly #bytesMax: number
  #buffer = new Uint8Array(INITIAL_BYTES)
  #start = 0
  #end = 0
  /** Bytes from `#start` that were searched and have no line feed. */
  #searched = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Bytes that wait here. */
  get pending(): number {
    return this.#end - this.#start
  }

  push(chunk: Uint8Array): void {
    this.#makeRoom(chunk.length)
    this.#buffer.set(chunk, this.#end)
    this.#end += chunk.length
  }

  /**
   * The next line without its line feed, valid until the next `push`; `incomplete` until more
   * bytes come; `oversize` when the line has more than `bytesMax` bytes: nothing follows then.
   */
  next(): Uint8Array | 'incomplete' | 'oversize' {
    const at = this.#buffer.subarray(0, this.#end).indexOf(NEWLINE, this.#start + this.#searched)
    const length = (at === -1 ? this.#end : at) - this.#start
    if (length > this.#bytesMax) return 'oversize'
    if (at === -1) {
      this.#searched = length
      return 'incomplete'
    }
    const line = this.#buffer.subarray(this.#start, at)
    this.#start = at + 1
    this.#searched = 0
    return line
  }

  #makeRoom(length: number): void {
    const { pending } = this
    if (this.#end + length <= this.#buffer.length && pending > 0) return
    let capacity = INITIAL_BYTES
    while (capacity < pending + length) capacity *= 2
    const old = this.#buffer.subarray(this.#start, this.#end)
    if (capacity === this.#buffer.length) this.#buffer.copyWithin(0, this.#start, this.#end)
    else {
      // A new buffer also gives back what a single large line needed.
      this.#buffer = new Uint8Array(capacity)
      this.#buffer.set(old)
    }
    this.#start = 0
    this.#end = pending
  }
}
