/** Major types of CBOR (RFC 8949 §3.1). */
const UNSIGNED = 0
const NEGATIVE = 1
const BYTES = 2
const TEXT = 3
const ARRAY = 4
const MAP = 5
const SIMPLE = 7

const FALSE = 20
const NULL = 22
/** Of a head, the additional information that says how many bytes of the argument follow. */
const ONE_BYTE = 24
const TWO_BYTES = 25
const FOUR_BYTES = 26
const EIGHT_BYTES = 27

const DEPTH_MAX = 16

/**
 * Whether bytes are CBOR in its one deterministic encoding (RFC 8949 §4.2), found out by looking at
 * them once. True is certain. False says nothing: other text than ASCII, deep nesting and all that
 * is malformed are for whoever decodes and encodes again, which costs ten times as much.
 */
export function isPlainlyCanonical(bytes: Uint8Array): boolean {
  return new Scan(bytes).isWhole()
}

class Scan {
  readonly #bytes: Uint8Array
  #at = 0
  #argument = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  isWhole(): boolean {
    return this.#item(0) && this.#at === this.#bytes.length
  }

  #item(depth: number): boolean {
    const major = this.#head()
    if (major === UNSIGNED || major === NEGATIVE) return true
    if (major === BYTES) return this.#skip(this.#argument)
    if (major === TEXT) return this.#text()
    if (major === SIMPLE) return this.#argument >= FALSE && this.#argument <= NULL
    if (depth >= DEPTH_MAX) return false
    if (major === ARRAY) return this.#array(depth + 1)
    return major === MAP && this.#map(depth + 1)
  }

  /** Reads a head in its shortest form; its major type, or -1. */
  #head(): number {
    const bytes = this.#bytes
    const first = bytes[this.#at++] ?? 0xff
    const major = first >> 5
    const info = first & 0x1f
    if (info < ONE_BYTE) {
      this.#argument = info
      return major
    }
    // Longer ones are floats and simple values that nothing of ours has.
    if (major === SIMPLE) return -1
    if (info === ONE_BYTE) return this.#long(1, ONE_BYTE) ? major : -1
    if (info === TWO_BYTES) return this.#long(2, 0x100) ? major : -1
    if (info === FOUR_BYTES) return this.#long(4, 0x1_0000) ? major : -1
    return info === EIGHT_BYTES && this.#long(8, 0x1_0000_0000) ? major : -1
  }

  #long(length: number, least: number): boolean {
    let value = 0
    for (let i = 0; i < length; i++) value = value * 0x100 + (this.#bytes[this.#at + i] ?? 0)
    this.#argument = value
    return this.#skip(length) && value >= least && value <= Number.MAX_SAFE_INTEGER
  }

  #skip(length: number): boolean {
    this.#at += length
    return this.#at <= this.#bytes.length
  }

  #text(): boolean {
    const start = this.#at
    if (!this.#skip(this.#argument)) return false
    for (let i = start; i < this.#at; i++) if ((this.#bytes[i] ?? 0xff) > 0x7f) return false
    return true
  }

  #array(depth: number): boolean {
    for (let left = this.#argument; left > 0; left--) if (!this.#item(depth)) return false
    return true
  }

  /** Keys are text, and each comes after the one before in the order of their encoded bytes. */
  #map(depth: number): boolean {
    let before = -1
    let beforeEnd = -1
    for (let left = this.#argument; left > 0; left--) {
      const start = this.#at
      if (this.#head() !== TEXT || !this.#text()) return false
      // `__proto__` is not decoded like other keys.
      if (this.#bytes[this.#at - this.#argument] === UNDERSCORE) return false
      if (before >= 0 && !this.#isBefore(before, beforeEnd, start)) return false
      before = start
      beforeEnd = this.#at
      if (!this.#item(depth)) return false
    }
    return true
  }

  /** No encoded key is the beginning of another one, so one of their bytes differs. */
  #isBefore(start: number, end: number, other: number): boolean {
    for (let i = 0; start + i < end; i++) {
      const difference = (this.#bytes[start + i] ?? 0) - (this.#bytes[other + i] ?? 0)
      if (difference !== 0) return difference < 0
    }
    return false
  }
}

const UNDERSCORE = 0x5f
