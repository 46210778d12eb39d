import * as z from 'zod'
import { bytesUpTo } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const votes = z.array(bytesUpTo(LIMITS.approvalBytesMax)).max(LIMITS.approversMax)

/** One proposal with what is known of its votes, each exactly as signed. */
export const proposalItemSchema = z.strictObject({
  proposal: bytesUpTo(LIMITS.trustEntryBytesMax),
  approvals: votes,
  rejections: votes
})

/** Whether anything of it was news. */
const responseSchema = z.strictObject({ taken: z.boolean() })

export type ProposalItem = z.infer<typeof proposalItemSchema>
export type ProposalsResponse = z.infer<typeof responseSchema>

/** Passes proposals and votes on, so that approvers see them wherever they are. */
export const PROPOSALS: Protocol<ProposalItem, ProposalsResponse> = {
  id: '/peerage/proposals/1.0.0',
  request: proposalItemSchema,
  response: responseSchema,
  requestBytesMax: LIMITS.requestBytesMax,
  responseBytesMax: 64,
  deadlineMs: LIMITS.requestMs
}
