import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { base64url, name, networkId, nodeId, page, pageOf, text, time } from '../forms.ts'

export const reportId = z
  .string()
  .regex(/^[0-9a-f]{8,64}$/)
  .describe('Its id, or the first digits of it')

const report = {
  id: z.string().regex(/^[0-9a-f]{64}$/),
  code: z.string().describe('What it proves: the number and text of an error'),
  accused: nodeId,
  member: name,
  node: name,
  heardAt: time,
  from: nodeId.optional().describe('Who brought it; absent where this node found or was given it')
}
export const reportListParams = z.strictObject(page)
export const reportListResult = pageOf(z.object(report))
export const reportParams = z.strictObject({ report: reportId })
export const reportShowResult = z.object({
  ...report,
  message: z.string(),
  statements: z.array(z.object({ digest: z.string(), bytes: base64url.describe('As signed') }))
})
export const reportExportResult = z.looseObject({
  format: z.literal('peerage-misbehavior-report/1'),
  network: networkId
})
export const reportSubmitParams = z.strictObject({
  report: text(Math.ceil((LIMITS.recordEvidenceBytesMax * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/)
    .describe('The member report of a file')
})
export const reportSubmitResult = z.object({
  ...report,
  isNew: z.boolean().describe('False: it was known, or enough is known of the accused')
})
