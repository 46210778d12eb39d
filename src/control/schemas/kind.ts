import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { count, idempotencyKey, name, page, pageOf, time } from '../forms.ts'
import { dryRun, offline, receipt, waitMs } from './shared.ts'

const names = z.array(name).max(LIMITS.kindListMax).optional()
const writers = z.object({
  by: z.enum(['owner', 'node', 'groups', 'members', 'authority']),
  names: names.describe('Of groups or members')
})
const readers = z.object({
  by: z.enum(['network', 'groups', 'members']),
  names: names.describe('Of groups or members')
})
const model = z.enum(['single', 'dictionary'])
const ofRevoked = z.enum(['drop', 'keep'])
const kind = {
  kind: name,
  model: model.describe('One value under a name, or one of each writer'),
  writers,
  readers,
  valueBytesMax: count,
  recordsMax: count.describe('Records of one owner'),
  lifetimeMs: count,
  versionsKept: count,
  copies: count.describe('Nodes that are to hold a record'),
  quorum: count.describe('Nodes that must have it on disk for a put to succeed'),
  ofRevoked: ofRevoked.describe('What becomes of records of a revoked writer')
}
const kindShown = z.object({
  ...kind,
  origin: z.enum(['built-in', 'declared']),
  declaredAt: time.optional(),
  index: count.optional().describe('The entry of the trust log that declared it last'),
  retiredAt: time.optional().describe('Nothing of it is stored or served since')
})
export const kindListParams = z.strictObject(page)
export const kindListResult = pageOf(kindShown)
export const kindShowParams = z.strictObject({ kind: name })
export const kindShowResult = kindShown
/** What is left out stays as it is, or gets its default where the kind is new. */
export const kindDefineParams = z.strictObject({
  kind: name,
  model: model.optional(),
  writers: writers.strict().optional(),
  readers: readers.strict().optional(),
  valueBytesMax: count.min(1).max(LIMITS.kindValueBytesMax).optional(),
  recordsMax: count.min(1).max(LIMITS.kindRecordsMax).optional(),
  lifetimeMs: count.min(LIMITS.kindLifetimeMinMs).max(LIMITS.kindLifetimeMaxMs).optional(),
  versionsKept: count.min(1).max(LIMITS.kindVersionsMax).optional(),
  copies: count.min(1).max(LIMITS.kindCopiesMax).optional(),
  quorum: count.min(1).max(LIMITS.kindCopiesMax).optional().describe('At most as many as copies'),
  ofRevoked: ofRevoked.optional(),
  dryRun,
  offline,
  waitMs,
  idempotencyKey
})
export const kindDefineResult = z.object({ ...kind, ...receipt })
export const kindRetireParams = z.strictObject({
  kind: name,
  dryRun,
  offline,
  waitMs,
  idempotencyKey
})
export const kindRetireResult = z.object({ kind: name, ...receipt })
