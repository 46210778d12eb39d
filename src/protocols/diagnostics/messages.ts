import * as z from 'zod'
import { unixMillis, unsigned } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

/** What a node can be asked about its state; each is allowed for itself. */
export const DIAGNOSTIC_KINDS = ['version', 'uptime', 'trust', 'peers', 'clock'] as const
export type DiagnosticKind = (typeof DIAGNOSTIC_KINDS)[number]

const kinds = z.array(z.enum(DIAGNOSTIC_KINDS)).max(DIAGNOSTIC_KINDS.length)

const requestSchema = z.strictObject({ kinds: kinds.min(1), expiresAt: unixMillis })

const responseSchema = z.strictObject({
  answers: z
    .array(
      z.strictObject({
        kind: z.enum(DIAGNOSTIC_KINDS),
        value: unsigned.or(z.string().max(LIMITS.nameLengthMax))
      })
    )
    .max(DIAGNOSTIC_KINDS.length),
  /** Asked as well, and not for this asker. */
  denied: kinds
})

export type DiagnosticsRequest = z.infer<typeof requestSchema>
export type DiagnosticsResponse = z.infer<typeof responseSchema>

/** Questions about the state of a node, answered where its operator allows it (RFC 7851). */
export const DIAGNOSTICS: Protocol<DiagnosticsRequest, DiagnosticsResponse> = {
  id: '/peerage/diagnostics/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: 256,
  responseBytesMax: 1024,
  deadlineMs: LIMITS.requestMs
}
