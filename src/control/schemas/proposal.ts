import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { count, idempotencyKey, name, page, pageOf, reason, text, time } from '../forms.ts'
import { dryRun, receipt, waitMs } from './shared.ts'

const proposal = {
  id: z.string().regex(/^[0-9a-f]{32}$/),
  type: z.string().describe('Of the entry to be'),
  about: z.string().describe('In a few words'),
  state: z
    .enum(['open', 'approved', 'rejected'])
    .describe('An approved one waits for the node of the authority, with its key unlocked'),
  createdAt: time,
  expiresAt: time,
  approvedBy: z.array(name),
  rejectedBy: z.array(name),
  threshold: count.describe('How many have to approve')
}
const id = text(32)
  .regex(/^[0-9a-f]{4,32}$/)
  .describe('Or its first digits')

export const proposalListParams = z.strictObject(page)
export const proposalListResult = pageOf(z.object(proposal))
export const proposalShowParams = z.strictObject({ id })
export const proposalShowResult = z.object({
  ...proposal,
  content: z
    .looseObject({ text: z.string().optional().describe('The whole policy') })
    .describe('What the entry would say, with the fields that trust.entries has')
})
export const proposalCreateParams = z.strictObject({
  member: name.optional().describe('Whom to remove with all its nodes'),
  policy: z.string().optional().describe('Or the whole text of the policy to be'),
  reason,
  idempotencyKey
})
export const proposalResult = z.object(proposal)
export const proposalVoteParams = z.strictObject({ id, reason })

const members = z.array(name).max(LIMITS.approversMax)
export const authorityQuorumParams = z.strictObject({
  members: members.describe('Whose consent is asked; nobody: the authority decides alone'),
  threshold: count.max(LIMITS.approversMax),
  dryRun,
  waitMs,
  reason
})
export const authorityQuorumResult = z.object({ members, threshold: count, ...receipt })
