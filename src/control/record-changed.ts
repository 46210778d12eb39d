import type * as z from 'zod'
import type { recordChangedNotification } from './schemas/watch.ts'

/** What a watch of a record tells. */
export type RecordChanged = Omit<z.output<typeof recordChangedNotification>, 'subscriptionId'>
