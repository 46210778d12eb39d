/**
 * Unsigned variable-length integers as used by multiformats: seven bits a byte, least significant
 * first, minimal form only. Values stay below 2^31, far above every length that Peerage accepts.
 *
 * Source: multiformats unsigned-varint specification.
 */
export function encodeVarint(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff) {
    throw new RangeError(`not an unsigned 31-bit integer: ${value}`)
  }
  if (value < 0x80) return Uint8Array.of(value)
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}

export interface Varint {
  readonly value: number
  readonly length: number
}

/** `incomplete` means more bytes are needed; `malformed` means no further byte can repair it. */
export function decodeVarint(
  bytes: Uint8Array,
  offset: number
): Varint | 'incomplete' | 'malformed' {
  let value = 0
  for (let i = 0; i < 5; i++) {
    const byte = bytes[offset + i]
    if (byte === undefined) return 'incomplete'
    if (i === 4 && byte > 0x07) return 'malformed'
    value |= (byte & 0x7f) << (7 * i)
    if ((byte & 0x80) === 0) {
      const isPadded = i > 0 && byte === 0
      return isPadded ? 'malformed' : { value, length: i + 1 }
    }
  }
  return 'malformed'
}
