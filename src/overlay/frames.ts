import { concatBytes } from '../encoding/bytes.ts'
import { decodeVarint, encodeVarint } from '../encoding/varint.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'

/** One message as it travels: `uvarint length ‖ message`. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  return concatBytes([encodeVarint(message.length), message])
}

type FrameVerdict = Verdict<Uint8Array, 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED'>

/**
 * Cuts a stream of bytes into length-prefixed messages. A length above `bytesMax` is refused when
 * its prefix is complete, before one byte of the message is kept; an empty message and a length
 * that is not in its shortest form are `MESSAGE_MALFORMED`. After a refusal nothing more is read.
 */
export class FrameReader {
  readonly #bytesMax: number
  #prefix: number[] = []
  /** Length of the message under way, once its prefix is complete. */
  #length: number | undefined
  #pieces: Uint8Array[] = []
  #kept = 0
  #refused = false

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Whether the bytes so far end in the middle of a message. */
  get isMidFrame(): boolean {
    return this.#prefix.length > 0
  }

  /** Bytes of an unfinished message that are held; never more than the bound. */
  get keptBytes(): number {
    return this.#kept
  }

  /** Messages that `chunk` completes. They may share memory with it. */
  *read(chunk: Uint8Array): Generator<FrameVerdict> {
    let offset = 0
    while (offset < chunk.length && !this.#refused) {
      if (this.#length === undefined) {
        const refusal = this.#readPrefix(chunk[offset++] ?? 0)
        if (refusal !== undefined) yield refusal
        continue
      }
      const end = Math.min(chunk.length, offset + this.#length - this.#kept)
      this.#keep(chunk.subarray(offset, end))
      offset = end
      if (this.#kept === this.#length) yield accept(this.#take())
    }
  }

  #readPrefix(byte: number): FrameVerdict | undefined {
    this.#prefix.push(byte)
    const length = decodeVarint(Uint8Array.from(this.#prefix), 0)
    if (length === 'incomplete') return undefined
    if (length === 'malformed' || length.value === 0) return this.#refuse('MESSAGE_MALFORMED')
    if (length.value > this.#bytesMax) return this.#refuse('MESSAGE_TOO_LARGE')
    this.#length = length.value
    return undefined
  }

  #refuse(fault: 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED'): FrameVerdict {
    this.#refused = true
    return refuse(fault, { bytesMax: this.#bytesMax })
  }

  #keep(piece: Uint8Array): void {
    this.#pieces.push(piece)
    this.#kept += piece.length
  }

  #take(): Uint8Array {
    const [first] = this.#pieces
    const message =
      first !== undefined && this.#pieces.length === 1 ? first : concatBytes(this.#pieces)
    this.#prefix = []
    this.#length = undefined
    this.#pieces = []
    this.#kept = 0
    return message
  }
}
