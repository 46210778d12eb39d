import * as z from 'zod'
import { bytesOf, bytesUpTo } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const ids = z.array(bytesOf(32)).max(LIMITS.reportIdsPerMessageMax)

const requestSchema = z.discriminatedUnion('ask', [
  /** Which of these reports the other node lacks. */
  z.strictObject({ ask: z.literal('lacking'), ids }),
  z.strictObject({ ask: z.literal('take'), report: bytesUpTo(LIMITS.recordEvidenceBytesMax) })
])

const responseSchema = z.discriminatedUnion('ask', [
  z.strictObject({ ask: z.literal('lacking'), ids }),
  z.strictObject({ ask: z.literal('take'), isNew: z.boolean() })
])

export type EvidenceRequest = z.infer<typeof requestSchema>
export type EvidenceResponse = z.infer<typeof responseSchema>

/** Passes proofs of misbehavior on to every member. */
export const EVIDENCE: Protocol<EvidenceRequest, EvidenceResponse> = {
  id: '/peerage/evidence/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: LIMITS.requestBytesMax,
  responseBytesMax: 16 * 1024,
  deadlineMs: LIMITS.requestMs
}
