import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { groups, idempotencyKey, name, nodeId, page, pageOf, reason, text, time } from '../forms.ts'

export const inviteCreateParams = z.strictObject({
  member: name,
  node: name,
  groups: groups.default([]),
  ttlMs: z
    .number()
    .int()
    .min(LIMITS.inviteTtlMsMin)
    .max(LIMITS.inviteTtlMsMax)
    .default(LIMITS.inviteTtlMsDefault),
  reason,
  idempotencyKey
})
/** `invite` is a bearer secret: shown once, never listed and never logged. */
export const inviteCreateResult = z.object({ id: z.string(), invite: z.string(), expiresAt: time })
export const inviteListParams = z.strictObject(page)
export const inviteItem = z.object({
  id: z.string(),
  member: name,
  node: name,
  groups,
  state: z.enum(['open', 'used', 'expired', 'revoked']),
  createdAt: time,
  expiresAt: time,
  usedAt: time.optional(),
  usedBy: nodeId.optional()
})
export const inviteListResult = pageOf(inviteItem)
export const inviteRevokeParams = z.strictObject({
  id: text(LIMITS.nameLengthMax),
  reason,
  idempotencyKey
})
export const inviteRevokeResult = inviteItem
