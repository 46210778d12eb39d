import * as z from 'zod'
import { base64url, count, hash, nodeId, owner, text, time } from '../forms.ts'
import { recordGetParams } from './record.ts'

export const recordReceiptsParams = recordGetParams
export const recordReceiptsResult = z.object({
  kind: z.string(),
  owner,
  name: z.string(),
  receipts: z.array(
    z.object({
      nodeId,
      signedBy: z.string().describe('member/node of the holder'),
      version: count,
      digest: hash,
      storedAt: time.describe('When the holder had it synced to disk'),
      until: time.describe('It keeps this version or a newer one so long'),
      receipt: base64url.describe('As signed; anybody can verify it')
    })
  )
})
export const recordHoldersParams = recordGetParams
export const recordHoldersResult = z.object({
  kind: z.string(),
  owner,
  name: z.string(),
  copies: count.describe('How many nodes are to hold it'),
  have: count.describe('How many showed the newest version, verified here'),
  version: count.describe('The newest that was shown; 0: none'),
  holders: z
    .array(
      z.object({
        nodeId,
        node: z.string().describe('member/node'),
        version: count.describe('That it showed, verified here; 0: none'),
        code: text(64).optional().describe('Why it has not answered'),
        isComputed: z.boolean().describe('Whether it is among the closest that can be reached')
      })
    )
    .describe('Closest first')
})
export const recordRepairParams = z.strictObject({})
export const recordRepairResult = z.object({
  records: count.describe('Records here'),
  compared: count.describe('Comparisons with other holders, each of one range by one hash'),
  differing: count.describe('Of which the other holder had not the same'),
  restored: count.describe('Copies that other holders lacked, and have on disk now'),
  failed: count.describe('Copies that could not be brought')
})
