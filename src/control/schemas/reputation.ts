import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { STANDINGS } from '../../reputation/standing.ts'
import {
  count,
  idempotencyKey,
  name,
  nodeId,
  nodeReference,
  page,
  pageOf,
  reason,
  time
} from '../forms.ts'

export const standing = z.enum(STANDINGS)
const points = z.number()
const subject = nodeReference.describe('A member, or one of its nodes: id, member/node, or name')

const reputation = {
  member: name,
  standing,
  reason: z.string().describe('Why it stands there, in a sentence'),
  until: time.optional().describe('When a ban or an allowance ends'),
  score: points.describe('From -100 to 20'),
  probation: z.boolean().describe('New here: not relied upon as the only holder of anything'),
  nodes: count
}
export const reputationListParams = z.strictObject(page)
export const reputationListResult = pageOf(z.object(reputation))
export const reputationShowParams = z.strictObject({ peer: subject })
export const reputationShowResult = z.object({
  ...reputation,
  since: time,
  parts: z
    .object({ credit: points, slight: points, minor: points, major: points, fatal: points })
    .describe('What the score is the sum of'),
  answers: count.describe('Verified answers to questions of this node'),
  knownSince: time.optional(),
  bannedBy: z.enum(['evidence', 'proof', 'operator']).optional(),
  exempt: z.boolean().describe('Evidence without proof never isolates it'),
  braked: z.boolean().describe('The brake keeps it from being isolated'),
  incidents: z.array(z.object({ code: z.string(), times: count, nodeId, first: time, last: time })),
  opinions: z
    .array(z.object({ by: name, code: z.string().optional() }))
    .describe('Who of those that this node listens to warns of it: no part of the score'),
  outlook: z.array(z.string()).describe('What would change the standing')
})

const end = {
  forMs: z
    .number()
    .int()
    .min(LIMITS.banMsMin)
    .max(LIMITS.banMsMax)
    .optional()
    .describe('How long; seven days when neither this nor until is given'),
  until: time.optional()
}
export const peerBanParams = z.strictObject({ peer: subject, ...end, reason, idempotencyKey })
export const peerAllowParams = peerBanParams
export const peerUnbanParams = z.strictObject({ peer: subject, reason, idempotencyKey })
export const peerDecisionResult = z.object({
  ...reputation,
  disconnected: z.array(nodeId).describe('Connections that this ended')
})
