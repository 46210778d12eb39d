import * as z from 'zod'
import { bytesUpTo } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const requestSchema = z.strictObject({ statement: bytesUpTo(LIMITS.breakGlassBytesMax) })

/** Whether it was news. */
const responseSchema = z.strictObject({ taken: z.boolean() })

export type BreakGlassRequest = z.infer<typeof requestSchema>
export type BreakGlassResponse = z.infer<typeof responseSchema>

/** Passes on that a node has revoked itself, beside the trust log and without the authority. */
export const BREAK_GLASS: Protocol<BreakGlassRequest, BreakGlassResponse> = {
  id: '/peerage/break-glass/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: 2 * LIMITS.breakGlassBytesMax,
  responseBytesMax: 64,
  deadlineMs: LIMITS.requestMs
}
