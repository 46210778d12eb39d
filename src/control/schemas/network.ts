import * as z from 'zod'
import { address, count, hash, name, networkId, time } from '../forms.ts'
import { trustSummary } from './shared.ts'

export const networkShowResult = z.object({
  id: networkId,
  name,
  createdAt: time,
  authority: z.object({
    fingerprint: hash,
    local: z.boolean().describe('Whether this node holds the authority key')
  }),
  frontDesk: z
    .array(address)
    .describe('Where strangers enroll at this node; empty where no front desk runs'),
  members: count,
  nodes: count,
  trust: trustSummary
})
