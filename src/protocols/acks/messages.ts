import * as z from 'zod'
import { bytesUpTo } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const acks = z.array(bytesUpTo(LIMITS.ackBytesMax)).max(LIMITS.acksPerMessageMax)

const requestSchema = z.strictObject({ acks })

/** How many of them were news. */
const responseSchema = z.strictObject({ taken: z.number().int().nonnegative() })

export type AcksRequest = z.infer<typeof requestSchema>
export type AcksResponse = z.infer<typeof responseSchema>

/** Passes acknowledgments of trust log entries on, so that everybody knows who has applied what. */
export const ACKS: Protocol<AcksRequest, AcksResponse> = {
  id: '/peerage/acks/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: LIMITS.requestBytesMax,
  responseBytesMax: 64,
  deadlineMs: LIMITS.requestMs
}
