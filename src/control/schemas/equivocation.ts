import * as z from 'zod'
import { count, hash, networkId, reason } from '../forms.ts'
import { dryRun } from './shared.ts'

const key = hash
  .optional()
  .describe('Fingerprint of the authority key; may be left out where there is one only')

export const trustEvidenceParams = z.strictObject({ key })
/** The proof as it goes into a file; docs/protocol/equivocation.md describes it. */
export const trustEvidenceResult = z.looseObject({ format: z.string(), network: networkId })
export const trustResolveParams = z.strictObject({
  choice: z
    .enum(['keep', 'switch'])
    .describe(
      'keep: go on with the history of this node; switch: give it up and take over that of its peers'
    ),
  key,
  dryRun,
  reason
})
export const trustResolveResult = z.object({
  key: hash,
  choice: z.enum(['keep', 'switch']),
  dryRun: z.boolean(),
  entries: count.describe('That this node has now; with switch it gives up all but the first'),
  restart: z.boolean().describe('Whether the node has to be started again for it')
})
