import * as z from 'zod'
import { unsigned } from '../encoding/schema.ts'
import { nameSchema } from '../identity/name.ts'
import { LIMITS } from '../limits.ts'

const names = z
  .array(nameSchema)
  .min(1)
  .max(LIMITS.kindListMax)
  .refine((list) => new Set(list).size === list.length)

/**
 * A class of records as the trust log declares it (RFC 6940 §5.4.5 and §7.4: data model, access
 * control, bounds). What the fields mean for a put is for the records room to say.
 */
export const kindDeclarationSchema = z
  .strictObject({
    name: nameSchema,
    /** `single`: one value under a name; `dictionary`: one for each writer under a name. */
    model: z.enum(['single', 'dictionary']),
    writers: z.discriminatedUnion('by', [
      /** Every node of the member that owns the record. */
      z.strictObject({ by: z.literal('owner') }),
      /** Only the node that owns the record. */
      z.strictObject({ by: z.literal('node') }),
      z.strictObject({ by: z.literal('groups'), names }),
      z.strictObject({ by: z.literal('members'), names }),
      z.strictObject({ by: z.literal('authority') })
    ]),
    readers: z.discriminatedUnion('by', [
      z.strictObject({ by: z.literal('network') }),
      z.strictObject({ by: z.literal('groups'), names }),
      z.strictObject({ by: z.literal('members'), names })
    ]),
    /** Of one value, in bytes. */
    valueBytesMax: unsigned.min(1).max(LIMITS.kindValueBytesMax),
    /** Of one owner. */
    recordsMax: unsigned.min(1).max(LIMITS.kindRecordsMax),
    /** Longest time between storing and expiry, in milliseconds. */
    lifetimeMs: unsigned.min(LIMITS.kindLifetimeMinMs).max(LIMITS.kindLifetimeMaxMs),
    /** Newest versions that a holder serves. */
    versionsKept: unsigned.min(1).max(LIMITS.kindVersionsMax),
    /** Nodes that are to hold a record. */
    copies: unsigned.min(1).max(LIMITS.kindCopiesMax),
    /** Nodes that must have it on disk for a put to succeed. */
    quorum: unsigned.min(1).max(LIMITS.kindCopiesMax),
    /** What becomes of the records of a member or node that is revoked. */
    ofRevoked: z.enum(['drop', 'keep'])
  })
  .refine(({ copies, quorum }) => quorum <= copies)

export type KindDeclaration = z.infer<typeof kindDeclarationSchema>
