import { randomBytes } from 'node:crypto'

/** Randomness as an argument: a simulation passes a seeded source, the daemon the machine's. */
export interface Random {
  bytes(length: number): Uint8Array
}

export const systemRandom: Random = {
  bytes: (length) => new Uint8Array(randomBytes(length))
}

/** A number in [0, 1) with 32 bits of resolution, for jitter and sampling; not for keys. */
export function fraction(random: Random): number {
  const bytes = random.bytes(4)
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 0x1_0000_0000
}
