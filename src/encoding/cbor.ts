import { decode, type EncodeOptions, encode, rfc8949EncodeOptions } from 'cborg'
import type * as z from 'zod'
import { equalBytes } from './bytes.ts'
import { isPlainlyCanonical } from './canonical.ts'
import { accept, refuse, type Verdict } from './verdict.ts'

/** What decoding never accepts is not written either: a value that nobody could read is a bug. */
const ENCODE_OPTIONS: EncodeOptions = {
  ...rfc8949EncodeOptions,
  typeEncoders: {
    number(value) {
      if (!Number.isSafeInteger(value)) throw new TypeError(`not a safe integer: ${value}`)
      return null
    },
    undefined() {
      throw new TypeError('undefined has no encoding')
    }
  }
}

/**
 * Deterministic CBOR (RFC 8949 §4.2): shortest integers, definite lengths, map keys in bytewise
 * order. Everything that is signed, hashed or sent between nodes has exactly one encoding. Throws
 * `TypeError` for floats and `undefined`.
 */
export function encodeCbor(value: unknown): Uint8Array {
  return encode(value, ENCODE_OPTIONS)
}

/**
 * Decodes untrusted bytes against a schema: size first, then strict syntax, then the one canonical
 * form, then the schema. Floats, tags, undefined and unknown map keys never pass.
 *
 * Faults: `MESSAGE_TOO_LARGE` above `bytesMax`; `MESSAGE_MALFORMED` for everything else, with the
 * first offending path but never with content.
 */
export function decodeCbor<T>(
  bytes: Uint8Array,
  schema: z.ZodType<T>,
  bytesMax: number
): Verdict<T, 'MESSAGE_TOO_LARGE' | 'MESSAGE_MALFORMED'> {
  if (bytes.length > bytesMax) {
    return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  }
  const decoded = decodeStrictly(bytes)
  if (!decoded.ok) return decoded
  const parsed = schema.safeParse(decoded.value)
  if (!parsed.success) {
    return refuse('MESSAGE_MALFORMED', { path: parsed.error.issues[0]?.path.join('.') ?? '' })
  }
  return accept(parsed.data)
}

/**
 * Decodes bytes that were decoded against this type before they were stored, and that a verified
 * hash shows to be the same: neither form nor schema is checked again. Throws for what is no CBOR.
 */
export function decodeUnchanged<T>(bytes: Uint8Array): T {
  return decode(bytes) as T
}

function decodeStrictly(bytes: Uint8Array): Verdict<unknown, 'MESSAGE_MALFORMED'> {
  try {
    const value: unknown = decode(bytes, {
      strict: true,
      allowIndefinite: false,
      allowUndefined: false,
      allowInfinity: false,
      allowNaN: false,
      allowBigInt: false,
      rejectDuplicateMapKeys: true
    })
    // Strict decoding still accepts floats and unsorted map keys: two encodings would exist.
    if (isPlainlyCanonical(bytes) || equalBytes(encodeCbor(value), bytes)) return accept(value)
  } catch {
    // cborg throws plain errors for malformed input; the reason adds nothing a peer may learn.
  }
  return refuse('MESSAGE_MALFORMED', { path: '' })
}
