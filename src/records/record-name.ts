import * as z from 'zod'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'

const RECORD_NAME = /^[a-z0-9._/-]+$/

/** A name under which an owner keeps a record: lowercase, digits, dot, hyphen, underscore, slash. */
export const recordNameSchema = z.string().max(LIMITS.recordNameLengthMax).regex(RECORD_NAME)

/** Checks a name typed by a person. Fault: `RECORD_NAME_INVALID`. */
export function parseRecordName(text: string): Verdict<string, 'RECORD_NAME_INVALID'> {
  return recordNameSchema.safeParse(text).success
    ? accept(text)
    : refuse('RECORD_NAME_INVALID', { lengthMax: LIMITS.recordNameLengthMax })
}
