export type { RecordRead } from './get.ts'
export type { Membership, Reach } from './holders.ts'
export { RECORD } from './messages.ts'
export type { RecordPut, RecordWritten } from './put.ts'
export {
  createRecords,
  type RecordListed,
  type RecordListing,
  type Records,
  type RecordsComponents,
  type RecordsInit,
  type RecordWanted
} from './service.ts'
