import * as z from 'zod'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesUpTo } from '../encoding/schema.ts'
import { LIMITS } from '../limits.ts'
import { type Audience, audienceSchema } from './audience.ts'
import { SEALING } from './built-in-kinds.ts'
import type { SealedPlace } from './sealed-value.ts'

/** The one record of a member that says for whom it seals, with the name keys for them. */
export const RING = { kind: SEALING.name, name: 'readers' } as const

/** A name key, sealed to its audience. */
export interface RingEntry {
  readonly readers: Audience
  readonly key: Uint8Array
}

const ringSchema = z.strictObject({
  version: z.literal(1),
  audiences: z
    .array(z.strictObject({ readers: audienceSchema, key: bytesUpTo(SEALING.valueBytesMax) }))
    .max(LIMITS.sealedAudiencesMax)
})

export function encodeRing(audiences: readonly RingEntry[]): Uint8Array {
  return encodeCbor({ version: 1, audiences })
}

/** Nothing in it for what is no ring: its owner has then sealed for nobody. */
export function parseRing(value: Uint8Array): readonly RingEntry[] {
  const decoded = decodeCbor(value, ringSchema, SEALING.valueBytesMax)
  return decoded.ok ? decoded.value.audiences : []
}

/** A name key stays the same as long as its audience is there: it has one place in all versions. */
export function ringPlace(network: SealedPlace['network'], owner: string): SealedPlace {
  return { network, ...RING, owner, version: 0 }
}
