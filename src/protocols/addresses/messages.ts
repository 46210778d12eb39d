import * as z from 'zod'
import { bytesUpTo, unsigned } from '../../encoding/schema.ts'
import { LIMITS } from '../../limits.ts'
import type { Protocol } from '../../overlay/protocol.ts'

const record = bytesUpTo(LIMITS.addressRecordBytesMax)

/** "This is my record; tell me yours and, from a position in your book on, those of others." */
const requestSchema = z.strictObject({ own: record, from: unsigned })

const responseSchema = z.strictObject({
  own: record,
  records: z.array(record).max(LIMITS.addressRecordsPerAnswerMax),
  /** Where the next page begins; absent on the last one. */
  next: unsigned.optional()
})

export type AddressesRequest = z.infer<typeof requestSchema>
export type AddressesResponse = z.infer<typeof responseSchema>

/** Exchange of signed address records between admitted peers. */
export const ADDRESSES: Protocol<AddressesRequest, AddressesResponse> = {
  id: '/peerage/addresses/1.0.0',
  request: requestSchema,
  response: responseSchema,
  requestBytesMax: LIMITS.addressRecordBytesMax + 256,
  responseBytesMax: LIMITS.responseBytesMax,
  deadlineMs: LIMITS.requestMs
}
