import * as z from 'zod'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'

/** One DNS label (RFC 1123 §2.1), lowercase: the form of network, member, node and group names. */
const NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/

export const nameSchema = z.string().max(LIMITS.nameLengthMax).regex(NAME)

/** Checks a name typed by a person. Fault: `INVALID_ARGUMENT`. */
export function parseName(text: string): Verdict<string, 'INVALID_ARGUMENT'> {
  return nameSchema.safeParse(text).success
    ? accept(text)
    : refuse('INVALID_ARGUMENT', { name: text.slice(0, LIMITS.nameLengthMax) })
}
