import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import {
  base64url,
  count,
  hash,
  idempotencyKey,
  name,
  nodeId,
  page,
  pageOf,
  reason,
  text,
  time
} from '../forms.ts'

const recordKey = { kind: name, name: text(LIMITS.recordNameLengthMax) }
/** Exactly one of `value` and `text`. With `expectedVersion` only that version is replaced. */
export const recordPutParams = z
  .strictObject({
    ...recordKey,
    value: base64url.optional(),
    text: z.string().optional(),
    expectedVersion: count.optional().describe('0: there must be no such record yet'),
    reason,
    idempotencyKey
  })
  .refine((params) => (params.value === undefined) !== (params.text === undefined), {
    error: 'give either value (base64url) or text',
    path: ['value']
  })
const record = {
  kind: z.string(),
  owner: name,
  name: z.string(),
  version: count,
  digest: hash,
  expiresAt: time
}
export const recordPutResult = z.object({
  ...record,
  acknowledgedBy: z.array(nodeId).describe('Nodes that have it synced to disk, this one included'),
  refused: z
    .array(z.object({ nodeId, code: z.string() }))
    .describe('Holders that did not take it, each with the reason'),
  pending: z.array(nodeId).describe('Holders that have not answered; they go on being asked')
})
/** Without `owner`: the member of this node. */
export const recordGetParams = z.strictObject({ ...recordKey, owner: name.optional() })
export const recordGetResult = z.object({
  ...record,
  value: base64url,
  text: z.string().optional().describe('The value, where it is UTF-8'),
  signer: nodeId,
  verifiedFrom: z
    .array(nodeId)
    .describe('Nodes that gave this version and whose answer was verified here'),
  storedAt: time.describe('When its writer signed it'),
  holdersAsked: count,
  conflict: z.boolean().describe('Whether the writer has signed another value of this version')
})
export const recordListParams = z.strictObject({
  kind: name.optional(),
  owner: name.optional(),
  ...page
})
export const recordListResult = pageOf(z.object({ ...record, signer: nodeId, bytes: count }))
