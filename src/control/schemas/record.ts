import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import {
  base64url,
  count,
  hash,
  idempotencyKey,
  name,
  nodeId,
  owner,
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
    owner: owner.optional().describe('Default: this member or node, as the kind has it'),
    expectedVersion: count.optional().describe('0: there must be no such record yet'),
    lifetimeMs: count.min(1).optional().describe('Default: the longest that the kind allows'),
    sealTo: z
      .array(text(LIMITS.sealedClauseLengthMax))
      .max(LIMITS.sealedClausesMax)
      .optional()
      .describe('group:NAME and member:NAME: only they can read name and value'),
    reason,
    idempotencyKey
  })
  .refine((params) => (params.value === undefined) !== (params.text === undefined), {
    error: 'give either value (base64url) or text',
    path: ['value']
  })
const record = {
  kind: z.string(),
  owner,
  name: z.string(),
  version: count,
  digest: hash,
  expiresAt: time
}
const readers = z.array(z.string()).optional().describe('For whom the value is sealed')
export const recordPutResult = z.object({
  ...record,
  readers,
  copies: count.describe('How many nodes are to hold it'),
  quorum: count.describe('How many must have it on disk for the put to succeed'),
  acknowledgedBy: z
    .array(nodeId)
    .describe('Nodes that have it synced to disk, by their signed receipts; this one included'),
  refused: z
    .array(z.object({ nodeId, code: z.string() }))
    .describe('Holders that did not take it, each with the reason'),
  pending: z.array(nodeId).describe('Holders that have not answered; they go on being asked')
})
/** Without `owner`: that of this node, or the only one that the kind has. */
export const recordGetParams = z.strictObject({ ...recordKey, owner: owner.optional() })
export const recordGetResult = z.object({
  ...record,
  readers,
  value: base64url,
  text: z.string().optional().describe('The value, where it is UTF-8'),
  signer: nodeId,
  signedBy: z.string().describe('member/node of the signer, or authority'),
  ageMs: count.describe('Since it was signed, by the clock of this node'),
  verifiedFrom: z
    .array(nodeId)
    .describe('Nodes that have this version, verified here; this one among them if it holds it'),
  isHeldHere: z.boolean().describe('Whether this node is one of them'),
  storedAt: time.describe('When its writer signed it'),
  holdersAsked: count.describe('Other nodes that were asked'),
  answered: count.describe('How many of them gave a usable answer'),
  isStale: z
    .boolean()
    .describe('Whether so few answered that none of them need have the newest version'),
  conflict: z.boolean().describe('Whether the writer has signed another value of this version')
})
export const recordRemoveParams = z.strictObject({
  ...recordKey,
  owner: owner.optional(),
  expectedVersion: count.optional().describe('Only this version is deleted'),
  reason,
  idempotencyKey
})
export const recordRemoveResult = recordPutResult
export const recordHistoryParams = recordGetParams
export const recordHistoryResult = z.object({
  kind: z.string(),
  owner,
  name: z.string(),
  versions: z
    .array(
      z.object({
        version: count,
        digest: hash,
        deleted: z.boolean(),
        readers,
        opened: z.boolean().describe('False: sealed, and not to this node; the value is left out'),
        value: base64url,
        text: z.string().optional().describe('The value, where it is UTF-8'),
        signer: nodeId,
        signedBy: z.string().describe('member/node of the signer, or authority'),
        storedAt: time,
        expiresAt: time,
        verifiedFrom: z.array(nodeId)
      })
    )
    .describe('Newest first; two of one version are a conflict'),
  holdersAsked: count,
  answered: count
})
export const recordEntriesParams = z.strictObject(recordKey)
export const recordEntriesResult = z.object({
  kind: z.string(),
  name: z.string(),
  entries: z.array(recordGetResult).describe('The newest of every writer, in the order of owners'),
  holdersAsked: count,
  answered: count.describe('Holders that gave a usable answer'),
  complete: z.boolean().describe('Whether this is all that there is')
})
export const recordListParams = z.strictObject({
  kind: name.optional(),
  owner: owner.optional(),
  ...page
})
export const recordListResult = pageOf(
  z.object({ ...record, deleted: z.boolean(), sealed: z.boolean(), signer: nodeId, bytes: count })
)
