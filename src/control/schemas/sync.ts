import * as z from 'zod'
import { count, hash, name, nodeId } from '../forms.ts'

export const trustSyncResult = z.object({
  size: count,
  root: hash,
  checkpointAgeMs: count,
  added: count.describe('Entries that were new here'),
  peers: z.array(
    z.object({
      nodeId,
      node: name,
      member: name,
      code: z.string().optional().describe('Why the comparison failed; absent where it did not')
    })
  )
})
