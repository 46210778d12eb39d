import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { base64url, hash, name, owner, page, pageOf } from '../forms.ts'

export const recordExportParams = z.strictObject({
  kind: name.optional(),
  owner: owner.optional(),
  cursor: page.cursor
})
export const recordExportResult = pageOf(z.object({ record: base64url }))
export const recordImportParams = z.strictObject({
  records: z.array(base64url).max(LIMITS.recordFilePageMax).describe('As they were exported')
})
export const recordImportResult = z.object({
  outcomes: z
    .array(z.object({ digest: hash.optional(), code: z.string().optional() }))
    .describe('In the order of the records: the digest of what is held here now, or why not')
})
