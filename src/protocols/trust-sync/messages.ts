import * as z from 'zod'
import { bytesOf, bytesUpTo, unsigned } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const checkpoint = bytesUpTo(LIMITS.checkpointBytesMax)

const trustRequestSchema = z.discriminatedUnion('ask', [
  /** "This is my head": the answer is the other side's, whichever is larger. */
  z.strictObject({ ask: z.literal('head'), checkpoint }),
  /** "This is news": the entries that end at the checkpoint. The answer is as for `head`. */
  z.strictObject({
    ask: z.literal('announce'),
    checkpoint,
    entries: z.array(bytesUpTo(LIMITS.trustEntryBytesMax)).max(LIMITS.syncEntriesMax)
  }),
  /** Entries `from` (inclusive) to `to` (exclusive); the answer may end earlier. */
  z.strictObject({ ask: z.literal('entries'), from: unsigned, to: unsigned }),
  /** Proof that the log of size `from` is a prefix of the log of size `to`. */
  z.strictObject({ ask: z.literal('consistency'), from: unsigned, to: unsigned })
])

export type TrustRequest = z.infer<typeof trustRequestSchema>

const trustResponseSchema = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('head'), checkpoint }),
  z.strictObject({ ask: z.literal('announce'), checkpoint }),
  z.strictObject({
    ask: z.literal('entries'),
    entries: z.array(bytesUpTo(LIMITS.trustEntryBytesMax)).max(LIMITS.syncEntriesMax)
  }),
  z.strictObject({
    ask: z.literal('consistency'),
    proof: z.array(bytesOf(32)).max(LIMITS.proofHashesMax)
  })
])

export type TrustResponse = z.infer<typeof trustResponseSchema>

/** Replication of the trust log between admitted peers (DESIGN §2, RFC 9162 §2.1). */
export const TRUST_SYNC: Protocol<TrustRequest, TrustResponse> = {
  id: '/peerage/trust-sync/1.0.0',
  request: trustRequestSchema,
  response: trustResponseSchema,
  requestBytesMax: LIMITS.requestBytesMax,
  responseBytesMax: LIMITS.responseBytesMax,
  deadlineMs: LIMITS.requestMs,
  bringsNews: true
}
