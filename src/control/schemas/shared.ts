import * as z from 'zod'
import { count, hash, nodeId, serial, time } from '../forms.ts'

/** Parts of several methods. */
export const certificateSummary = z.object({ serial, notAfter: time })
export const trustSummary = z.object({ size: count, root: hash, checkpointAgeMs: count })
export const revocation = z.object({ time, index: count, reason: z.string() })
export const dryRun = z
  .boolean()
  .default(false)
  .describe('Say what would happen, and change nothing')
export const receipt = {
  dryRun: z.boolean(),
  index: count.describe('The entry of the trust log'),
  excluded: z.array(nodeId).describe('Nodes that are refused from now on'),
  restored: z.array(nodeId).describe('Nodes that are admitted again'),
  trust: z.object({ size: count, root: hash })
}
