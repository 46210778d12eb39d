import * as z from 'zod'
import { count, page, pageOf, reason, time } from '../forms.ts'

export const trustAlarm = z.object({
  id: count,
  code: z.string(),
  subject: z.string().describe('What it is about: a node id, a name, a fingerprint'),
  message: z.string(),
  remedy: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  times: count.describe('How often it was raised, counted once a minute at most'),
  state: z.enum(['open', 'acknowledged', 'cleared']),
  raisedAt: time,
  lastAt: time,
  acknowledgedAt: time.optional(),
  clearedAt: time.optional()
})
export const trustAlarmsParams = z.strictObject({
  all: z.boolean().default(false).describe('Also those that are over'),
  ...page
})
export const trustAlarmsResult = pageOf(trustAlarm)
export const trustAcknowledgeParams = z.strictObject({ id: count, reason })
export const trustAcknowledgeResult = trustAlarm
