import * as z from 'zod'
import { bytesUpTo } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

/** "This is the certificate that I have." Who asks is proved by the channel. */
const requestSchema = z.strictObject({ serial: z.string().regex(/^[0-9a-f]{32}$/) })

const responseSchema = z.strictObject({ certificate: bytesUpTo(LIMITS.certificateBytesMax) })

export type RenewalRequest = z.infer<typeof requestSchema>
export type RenewalResponse = z.infer<typeof responseSchema>

/** Renewal of node certificates, served by nodes that hold the authority key. */
export const RENEWAL: Protocol<RenewalRequest, RenewalResponse> = {
  id: '/peerage/renewal/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: 128,
  responseBytesMax: LIMITS.certificateBytesMax + 128,
  deadlineMs: LIMITS.requestMs
}
