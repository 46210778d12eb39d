import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { count, idempotencyKey, name, nodeReference, page, pageOf, reason, time } from '../forms.ts'

const subject = nodeReference.describe('A member, or one of its nodes: id, member/node, or name')
const opinion = z.object({
  member: name,
  code: z.string().optional().describe('What it has done, where the author says so')
})
const opinions = z.array(opinion)

const list = {
  member: name.describe('Whose list it is'),
  opinions,
  counts: z
    .boolean()
    .describe('False: there is none, it has ended, or its member is isolated here'),
  version: count.optional(),
  expiresAt: time.optional(),
  code: z.string().optional().describe('Why what it published is no list')
}

export const opinionPublishParams = z.strictObject({
  about: z
    .array(subject)
    .max(LIMITS.opinionsPerListMax)
    .optional()
    .describe('Whom the list warns of; default: every member below neutral at this node'),
  forMs: z
    .number()
    .int()
    .min(LIMITS.kindLifetimeMinMs)
    .max(LIMITS.opinionListLifetimeMs)
    .default(LIMITS.opinionListMsDefault)
    .describe('How long it counts'),
  reason,
  idempotencyKey
})
export const opinionPublishResult = z.object({
  opinions,
  version: count,
  expiresAt: time,
  acknowledgedBy: count.describe('Nodes that have it on disk, this one included')
})
export const opinionSubscribeParams = z.strictObject({ member: name, reason, idempotencyKey })
export const opinionSubscribeResult = z.object(list)
export const opinionUnsubscribeParams = z.strictObject({ member: name, reason, idempotencyKey })
export const opinionUnsubscribeResult = z.object({
  member: name,
  unsubscribed: z.boolean().describe('False: there was no such subscription')
})
export const opinionListParams = z.strictObject(page)
export const opinionListResult = pageOf(z.object(list))
