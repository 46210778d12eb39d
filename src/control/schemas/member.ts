import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import {
  attributes,
  count,
  groups,
  idempotencyKey,
  name,
  nodeId,
  page,
  pageOf,
  reason,
  time
} from '../forms.ts'
import { certificateSummary, dryRun, offline, receipt, revocation, waitMs } from './shared.ts'

const member = {
  member: name,
  groups,
  attributes,
  addedAt: time,
  suspended: revocation.optional(),
  revoked: revocation.optional()
}
export const memberListParams = z.strictObject(page)
export const memberListResult = pageOf(z.object({ ...member, nodes: count }))
export const memberShowParams = z.strictObject({ member: name })
export const memberShowResult = z.object({
  ...member,
  nodes: z.array(
    z.object({
      nodeId,
      node: name,
      connected: z.boolean(),
      enrolledAt: time,
      certificate: certificateSummary,
      revoked: revocation.optional()
    })
  )
})

const attributeNames = z.array(name).max(LIMITS.attributesPerMemberMax)
export const memberSetParams = z.strictObject({
  member: name,
  addGroups: groups.default([]),
  removeGroups: groups.default([]),
  setAttributes: attributes.default({}),
  removeAttributes: attributeNames.default([]),
  dryRun,
  offline,
  waitMs,
  idempotencyKey
})
export const memberSetResult = z.object({ member: name, groups, attributes, ...receipt })
const memberChange = z.strictObject({
  member: name,
  reason,
  dryRun,
  offline,
  waitMs,
  idempotencyKey
})
export const memberSuspendParams = memberChange
export const memberResumeParams = memberChange.omit({ reason: true })
export const memberRemoveParams = memberChange
export const memberChangeResult = z.object({ member: name, ...receipt })
