export type { EntriesRead } from './entries.ts'
export type { RecordRead } from './get.ts'
export type { Membership, Reach } from './holders.ts'
export { isAbsent, type RecordWanted } from './key.ts'
export { RECORD } from './messages.ts'
export type { OnMisbehavior } from './misbehavior.ts'
export type { RecordPut, RecordWritten } from './put.ts'
export {
  createRecords,
  type RecordListed,
  type RecordListing,
  type Records,
  type RecordsComponents
} from './service.ts'
export type { RecordChange, RecordWatch } from './watching.ts'
