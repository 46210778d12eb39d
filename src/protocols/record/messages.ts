import * as z from 'zod'
import { bytesOf, bytesUpTo, unsigned } from '../../encoding/schema.ts'
import { nameSchema } from '../../identity/name.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'
import { ownerSchema } from '../../records/owner.ts'
import { recordNameSchema } from '../../records/record-name.ts'

/** Larger than any record, so that an oversized one is refused as a record and not as a message. */
const recordBytes = bytesUpTo(LIMITS.requestBytesMax)

const recordRequestSchema = z.discriminatedUnion('ask', [
  /** "Keep this." Who sends it need not be who signed it. */
  z.strictObject({ ask: z.literal('store'), record: recordBytes }),
  /** The same, from a writer that knows others: when it is late, that is no evidence of anything. */
  z.strictObject({ ask: z.literal('claim'), record: recordBytes }),
  z.strictObject({
    ask: z.literal('fetch'),
    kind: nameSchema,
    owner: ownerSchema,
    name: recordNameSchema
  }),
  /** The newest versions that are kept. */
  z.strictObject({
    ask: z.literal('history'),
    kind: nameSchema,
    owner: ownerSchema,
    name: recordNameSchema
  }),
  /** The entries of a dictionary, after this owner in the order of bytes; empty: from the first. */
  z.strictObject({
    ask: z.literal('entries'),
    kind: nameSchema,
    name: recordNameSchema,
    after: ownerSchema.or(z.literal(''))
  }),
  /** "Show that you have it", under a nonce that makes the answer new. */
  z.strictObject({
    ask: z.literal('audit'),
    kind: nameSchema,
    owner: ownerSchema,
    name: recordNameSchema,
    nonce: bytesOf(LIMITS.auditNonceBytes)
  }),
  /**
   * "Do we have the same from this location on, up to that one (empty: the end)?" The hash is over
   * what the asker has of the records that both nodes are to hold.
   */
  z.strictObject({
    ask: z.literal('compare'),
    from: bytesOf(32),
    to: bytesOf(32).or(bytesOf(0)),
    digest: bytesOf(32)
  })
])

export type RecordRequest = z.infer<typeof recordRequestSchema>

const recordResponseSchema = z.discriminatedUnion('ask', [
  /** Given after the record is synced to disk: the holder's signature that it is (SR-STO-5). */
  z.strictObject({
    ask: z.literal('store'),
    receipt: bytesUpTo(LIMITS.storageStatementBytesMax)
  }),
  /** The version is taken for these bytes. No receipt: the store that follows asks for it. */
  z.strictObject({ ask: z.literal('claim'), digest: z.string().max(71) }),
  /**
   * The newest record and, where its owner signed other content under the same version, that one
   * too; none when absent. `newest` is the highest version remembered, 0 for none: a hint without
   * proof, which writers use with caution and readers not at all.
   */
  z.strictObject({
    ask: z.literal('fetch'),
    records: z.array(recordBytes).max(2),
    newest: unsigned
  }),
  z.strictObject({
    ask: z.literal('history'),
    records: z.array(recordBytes).max(LIMITS.recordHistoryPerAnswerMax)
  }),
  /** `next` is the owner to go on after; empty when nothing follows. */
  z.strictObject({
    ask: z.literal('entries'),
    records: z.array(recordBytes).max(LIMITS.recordEntriesPerAnswerMax),
    next: ownerSchema.or(z.literal(''))
  }),
  /** Signed: a proof of what is held, or a denial. */
  z.strictObject({
    ask: z.literal('audit'),
    proof: bytesUpTo(LIMITS.storageStatementBytesMax)
  }),
  /** Where the hashes differ, what the answering node has. */
  z.strictObject({
    ask: z.literal('compare'),
    same: z.boolean(),
    marks: z
      .array(
        z.strictObject({
          location: bytesOf(32),
          version: unsigned.min(1),
          digest: z.string().max(71)
        })
      )
      .max(LIMITS.recordComparedMax)
  })
])

export type RecordResponse = z.infer<typeof recordResponseSchema>

/** Storing and fetching signed records between admitted peers (DESIGN §3, invariants 6 and 7). */
export const RECORD: Protocol<RecordRequest, RecordResponse> = {
  id: '/peerage/record/1.0.0',
  request: recordRequestSchema,
  response: recordResponseSchema,
  requestBytesMax: LIMITS.requestBytesMax,
  responseBytesMax: LIMITS.responseBytesMax,
  deadlineMs: LIMITS.requestMs
}
