import * as z from 'zod'
import { toBase64url } from '../encoding/bytes.ts'
import { type JsonFileFault, readJsonFile } from '../encoding/json-file.ts'
import { base64urlUpTo } from '../encoding/schema.ts'
import type { Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'

const FORMAT = 'peerage-records/1'

const recordFileSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    network: networkIdSchema,
    /** Of any size: each record is judged for itself, with a code of its own. */
    records: z.array(base64urlUpTo(LIMITS.requestBytesMax))
  })
  .transform(({ format: _, ...file }) => file)

/** Records as their writers signed them. */
export type RecordFile = z.output<typeof recordFileSchema>

/**
 * Reads a file of records; nothing in it is believed before each was judged as one from the
 * network. Faults: `FILE_DAMAGED`, `FILE_OTHER`, `FILE_NEWER`.
 */
export function readRecordFile(bytes: Uint8Array): Verdict<RecordFile, JsonFileFault> {
  return readJsonFile(bytes, FORMAT, recordFileSchema)
}

export function writeRecordFile(network: NetworkId, records: readonly Uint8Array[]): string {
  return `${JSON.stringify({ format: FORMAT, network, records: records.map(toBase64url) })}\n`
}
