import { compare } from 'uint8arrays/compare'
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString as bytesToString } from 'uint8arrays/to-string'
import { xor } from 'uint8arrays/xor'
import { accept, refuse, type Verdict } from './verdict.ts'

export { compare as compareBytes, concat as concatBytes, equals as equalBytes, xor as xorBytes }

/** By the runtime, which is many times as fast as the library: every record is hashed. */
export function toHex(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('hex')
}

export function toBase64url(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('base64url')
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength)
}

export function toBase32(bytes: Uint8Array): string {
  return bytesToString(bytes, 'base32')
}

export function toBase58(bytes: Uint8Array): string {
  return bytesToString(bytes, 'base58btc')
}

export function utf8(text: string): Uint8Array {
  return fromString(text, 'utf8')
}

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of well-formed UTF-8, or `undefined`: replacement characters are never invented. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    // The decoder throws for nothing but malformed input, which is this function's answer.
    return undefined
  }
}

type TextEncoding = 'base16' | 'base32' | 'base58btc' | 'base64url'

/**
 * Decodes text that has exactly one spelling: what does not encode back to the same text (other
 * case, padding, stray bits in the last character) is `MESSAGE_MALFORMED`.
 */
export function parseText(
  text: string,
  encoding: TextEncoding
): Verdict<Uint8Array, 'MESSAGE_MALFORMED'> {
  try {
    const bytes = fromString(text, encoding)
    if (bytesToString(bytes, encoding) === text) return accept(bytes)
  } catch {
    // A character outside the alphabet; answered below like every other misspelling.
  }
  return refuse('MESSAGE_MALFORMED', { encoding })
}
