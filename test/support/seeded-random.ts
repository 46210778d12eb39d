import { createHash } from 'node:crypto'
import type { Random } from '../../src/crypto/random.ts'

/** Reproducible bytes from a seed: SHA-256 in counter mode. Never for real keys. */
export function seededRandom(seed: string): Random {
  let counter = 0
  return {
    bytes(length) {
      const out = new Uint8Array(length)
      for (let offset = 0; offset < length; offset += 32) {
        const block = createHash('sha256').update(`${seed}/${counter++}`).digest()
        out.set(block.subarray(0, Math.min(32, length - offset)), offset)
      }
      return out
    }
  }
}
