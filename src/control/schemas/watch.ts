import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { count, hash } from '../forms.ts'
import { recordGetParams } from './record.ts'

const cursor = z.string().min(1).max(LIMITS.cursorLengthMax)
const subscriptionId = z.string().min(1).max(LIMITS.nameLengthMax)

export const recordWatchParams = recordGetParams.extend({
  since: cursor.optional().describe('Continues after this cursor: a change since is told at once')
})
export const recordWatchResult = z.object({ subscriptionId, cursor })
export const recordUnwatchParams = z.strictObject({ subscriptionId })
export const recordUnwatchResult = z.object({ subscriptionId })

/** Parameters of the notification `record.changed`. */
export const recordChangedNotification = z.object({
  subscriptionId,
  cursor,
  version: count,
  digest: hash,
  deleted: z.boolean(),
  missed: count.describe('Versions that came and were replaced since the one told before')
})
