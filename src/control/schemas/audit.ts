import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { count, nodeId, page, pageOf, text, time } from '../forms.ts'

const journalHash = z.string().regex(/^[0-9a-f]{64}$/)
const instant = z.iso.datetime().describe('RFC 3339, UTC')

export const auditSearchParams = z.strictObject({
  since: instant.optional(),
  until: instant.optional(),
  event: text(LIMITS.nameLengthMax).optional().describe('An event, or the area before its dot'),
  code: text(LIMITS.nameLengthMax).optional(),
  nodeId: nodeId.optional(),
  ...page
})
export const auditRow = z.object({
  sequence: count,
  time,
  event: z.string(),
  code: z.string().optional(),
  layer: z.string().optional(),
  nodeId: z.string().optional(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
})
export const auditSearchResult = pageOf(auditRow)

export const auditVerifyParams = z.strictObject({
  sequence: count.optional().describe('Of a head that was kept elsewhere'),
  hash: journalHash.optional().describe('The hash of that head')
})
export const auditVerifyResult = z.object({
  valid: z.boolean(),
  rows: count,
  oldest: count,
  newest: count,
  head: journalHash.optional(),
  damagedAt: count.optional().describe('The first row that does not follow from the one before'),
  missing: z.boolean().optional().describe('The head that was kept elsewhere is not in the journal')
})

export const auditExportParams = z.strictObject({
  after: count.default(0).describe('The sequence of the last row that is there already')
})
export const auditExportResult = z.object({
  rows: z.array(
    z.object({
      sequence: count,
      time: count.describe('Unix milliseconds, as it is hashed'),
      event: z.string(),
      code: z.string().nullable(),
      layer: z.string().nullable(),
      nodeId: z.string().nullable(),
      detail: z.string(),
      previous: journalHash,
      hash: journalHash
    })
  )
})
