import { concatBytes, utf8 } from '../encoding/bytes.ts'
import type { UnixMillis } from '../time/clock.ts'
import { TAG } from './der.ts'

/** One element of DER (ITU-T X.690 §10.1): shortest length, below 2^24 bytes. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = concatBytes([...content])
  return concatBytes([Uint8Array.of(tag, ...lengthOf(bytes.length)), bytes])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  const all = [length >> 16, (length >> 8) & 0xff, length & 0xff]
  const shortest = all.slice(all.findIndex((byte) => byte > 0))
  return [0x80 | shortest.length, ...shortest]
}

/** An INTEGER from the bytes of a number that is not negative. */
export function derInteger(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte > 0)
  const shortest = start === -1 ? Uint8Array.of(0) : bytes.subarray(start)
  const isHigh = (shortest[0] ?? 0) >= 0x80
  return isHigh ? der(TAG.integer, Uint8Array.of(0), shortest) : der(TAG.integer, shortest)
}

/** Whole seconds; UTCTime until the end of 2049, GeneralizedTime after it (RFC 5280 §4.1.2.5). */
export function derTime(time: UnixMillis): Uint8Array {
  const text = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '')
  return text < '2050'
    ? der(TAG.utcTime, utf8(text.slice(2)))
    : der(TAG.generalizedTime, utf8(text))
}
