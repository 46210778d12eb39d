import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import {
  count,
  idempotencyKey,
  name,
  networkId,
  page,
  pageOf,
  reason,
  text,
  time
} from '../forms.ts'
import { dryRun, offline, receipt, waitMs } from './shared.ts'

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
export const proposalVoteParams = z.strictObject({ id, dryRun, reason })
export const requestApproveParams = z.strictObject({
  request: z.looseObject({ format: z.string() }).describe('The content of a request file'),
  dryRun,
  reason
})
export const requestApproveResult = z.object({
  request: z
    .looseObject({ format: z.string(), network: networkId })
    .describe('The same with the approval; as it was for a dry run'),
  type: proposal.type,
  approvedBy: z.array(name),
  missing: z.array(name).describe('Who is asked and has not approved'),
  needed: count.describe('How many of them still have to')
})

const members = z.array(name).max(LIMITS.approversMax)
export const authorityQuorumParams = z.strictObject({
  members: members.describe('Whose consent is asked; nobody: the authority decides alone'),
  threshold: count.max(LIMITS.approversMax),
  dryRun,
  offline,
  waitMs,
  reason
})
export const authorityQuorumResult = z.object({ members, threshold: count, ...receipt })
