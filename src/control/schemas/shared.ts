import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { count, hash, name, networkId, nodeId, serial, time } from '../forms.ts'

/** Parts of several methods. */
export const attention = z.array(
  z.object({
    code: z.string(),
    message: z.string(),
    remedy: z.string(),
    reason: z.string().optional().describe('The code of the refusal behind it')
  })
)
export const certificateSummary = z.object({ serial, notAfter: time })
export const trustSummary = z.object({ size: count, root: hash, checkpointAgeMs: count })
export const freshness = z.object({
  state: z
    .enum(['fresh', 'no-admissions', 'no-sessions'])
    .describe('What follows from the age of the checkpoint, by the settings of this node'),
  admissionMaxAgeMs: count.describe('Older, and nobody is admitted'),
  sessionMaxAgeMs: count.describe('Older, and open connections end')
})
export const revocation = z.object({ time, index: count, reason: z.string() })
export const dryRun = z
  .boolean()
  .default(false)
  .describe('Say what would happen, and change nothing')
export const offline = z
  .boolean()
  .default(false)
  .describe('Change nothing; return what the authority is to sign offline, from any node')
export const appliedAcks = {
  index: count,
  applied: z
    .array(z.object({ nodeId, node: name, member: name, time }))
    .describe('Nodes that say they have applied the entry'),
  missing: z
    .array(z.object({ nodeId, node: name, member: name, lastAck: time.optional() }))
    .describe('Live nodes that have not said so yet; they apply it on contact')
}
export const waitMs = z
  .number()
  .int()
  .min(0)
  .max(LIMITS.rpcWaitMsMax)
  .default(LIMITS.ackWaitMsDefault)
  .describe('How long to wait until all live nodes have applied it; 0: not at all')
export const receipt = {
  dryRun: z.boolean(),
  index: count.describe('The entry of the trust log'),
  excluded: z.array(nodeId).describe('Nodes that are refused from now on'),
  restored: z.array(nodeId).describe('Nodes that are admitted again'),
  trust: z.object({ size: count, root: hash }),
  acks: z
    .object({ ...appliedAcks, waitedMs: count })
    .optional()
    .describe('Who has applied it; absent for a dry run'),
  request: z
    .looseObject({ format: z.string(), network: networkId })
    .optional()
    .describe('Only with `offline`: the content of a file for `authority sign`')
}
