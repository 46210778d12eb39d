import * as z from 'zod'
import { bytesUpTo } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const requestSchema = z.strictObject({ evidence: bytesUpTo(LIMITS.equivocationBytesMax) })
const responseSchema = z.strictObject({})

export type EquivocationRequest = z.infer<typeof requestSchema>
export type EquivocationResponse = z.infer<typeof responseSchema>

/** Passes the proof on that an authority key has signed two histories (RFC 9162 §11.3). */
export const EQUIVOCATION: Protocol<EquivocationRequest, EquivocationResponse> = {
  id: '/peerage/equivocation/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: LIMITS.requestBytesMax,
  responseBytesMax: 64,
  deadlineMs: LIMITS.requestMs
}
