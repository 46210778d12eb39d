import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { idempotencyKey, page, pageOf, reason, text, time } from '../forms.ts'
import { methodPattern } from '../token.ts'

export const tokenCreateParams = z.strictObject({
  methods: z
    .array(methodPattern)
    .max(LIMITS.tokenMethodsMax)
    .default([])
    .describe('Names and noun.*; empty for all but those of tokens'),
  readsOnly: z.boolean().default(false).describe('Nothing but methods that read'),
  ttlMs: z
    .number()
    .int()
    .min(LIMITS.inviteTtlMsMin)
    .max(LIMITS.tokenTtlMsMax)
    .default(LIMITS.tokenTtlMsDefault),
  reason,
  idempotencyKey
})
/** `token` is a bearer secret: shown once, never listed and never logged. */
export const tokenCreateResult = z.object({ id: z.string(), token: z.string(), expiresAt: time })
export const tokenItem = z.object({
  id: z.string(),
  methods: z.array(z.string()),
  readsOnly: z.boolean(),
  createdAt: time,
  expiresAt: time
})
export const tokenListParams = z.strictObject(page)
export const tokenListResult = pageOf(tokenItem)
export const tokenRevokeParams = z.strictObject({ id: text(LIMITS.nameLengthMax), reason })
export const tokenRevokeResult = z.object({ id: z.string() })
