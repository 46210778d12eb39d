import { concatBytes } from '../../src/encoding/bytes.ts'

/** A number from 0 up to, but without, `bound`. */
export type Draw = (bound: number) => number

/** Marsaglia's xorshift32: fast, and the same everywhere for one seed. */
export function seededDraw(seed: number): Draw {
  let state = seed | 1
  return (bound) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % bound
  }
}

/** Lengths, heads and ends where decoders go wrong. */
const TELLING = [0x00, 0x01, 0x17, 0x18, 0x1b, 0x5f, 0x7f, 0x80, 0x9f, 0xbf, 0xfb, 0xff]

type Step = (bytes: Uint8Array, draw: Draw, other: Uint8Array) => Uint8Array

const STEPS: readonly Step[] = [
  (bytes, draw) => change(bytes, draw, (byte) => byte ^ (1 << draw(8))),
  (bytes, draw) => change(bytes, draw, () => draw(256)),
  (bytes, draw) => change(bytes, draw, () => TELLING[draw(TELLING.length)] ?? 0),
  (bytes, draw) => bytes.slice(0, draw(bytes.length + 1)),
  (bytes, draw) => bytes.slice(draw(bytes.length + 1)),
  (bytes, draw) => splice(bytes, draw, Uint8Array.of(draw(256))),
  (bytes, draw) => splice(bytes, draw, new Uint8Array(draw(300)).fill(draw(256))),
  (bytes, draw) => splice(bytes, draw, bytes.slice(draw(bytes.length + 1))),
  (bytes, draw, other) => splice(bytes, draw, other),
  (bytes, draw, other) =>
    concatBytes([bytes.slice(0, draw(bytes.length + 1)), other.slice(draw(other.length + 1))])
]

/** One to four changes to a seed, some of them with parts of another one. */
export function mutate(bytes: Uint8Array, other: Uint8Array, draw: Draw): Uint8Array {
  let mutated = bytes
  for (let left = 1 + draw(4); left > 0; left--) {
    mutated = STEPS[draw(STEPS.length)]?.(mutated, draw, other) ?? mutated
  }
  return mutated
}

function change(bytes: Uint8Array, draw: Draw, to: (byte: number) => number): Uint8Array {
  if (bytes.length === 0) return bytes
  const at = draw(bytes.length)
  return bytes.with(at, to(bytes[at] ?? 0))
}

function splice(bytes: Uint8Array, draw: Draw, piece: Uint8Array): Uint8Array {
  const at = draw(bytes.length + 1)
  return concatBytes([bytes.slice(0, at), piece, bytes.slice(at)])
}
