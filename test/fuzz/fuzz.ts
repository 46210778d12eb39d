import { toHex } from '../../src/encoding/bytes.ts'
import type { Subject } from './corpus.ts'
import { mutate, seededDraw } from './mutate.ts'

export interface FuzzReport {
  readonly inputs: number
  /** Of them, how many the decoder took. */
  readonly taken: number
  readonly longestMs: number
}

/** Feeds a decoder mutated seeds. Throws, with the input as hex, when the decoder throws. */
export function fuzz({ name, decode, seeds }: Subject, inputs: number, seed: number): FuzzReport {
  const draw = seededDraw(seed)
  let taken = 0
  let longestMs = 0
  for (let i = 0; i < inputs; i++) {
    const { bytes, network } = seeds[draw(seeds.length)] ?? failWithoutSeed(name)
    const other = seeds[draw(seeds.length)]?.bytes ?? bytes
    const input = mutate(bytes, other, draw)
    try {
      const ms = timeOf(() => {
        if (decode(input, network).ok) taken++
      })
      if (ms <= longestMs) continue
      // The machine may have done something else meanwhile; a slow input is slow again.
      const again = Array.from({ length: 3 }, () => timeOf(() => decode(input, network)))
      longestMs = Math.max(longestMs, Math.min(ms, ...again))
    } catch (error) {
      throw new Error(`${name} threw for ${toHex(input)}`, { cause: error })
    }
  }
  return { inputs, taken, longestMs }
}

function timeOf(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

function failWithoutSeed(name: string): never {
  throw new Error(`the corpus has nothing that ${name} takes`)
}
