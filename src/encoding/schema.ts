import * as z from 'zod'
import { parseText } from './bytes.ts'

/** Schema pieces shared by every wire format. Lengths are in bytes. */
export const bytesOf = (length: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === length, {
    error: `expected ${length} bytes`
  })

export const bytesUpTo = (lengthMax: number) =>
  z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= lengthMax, {
    error: `expected at most ${lengthMax} bytes`
  })

export const unsigned = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const unixMillis = unsigned

/** Bytes in a file that people carry. */
export const base64urlUpTo = (bytesMax: number) =>
  z
    .string()
    .max(Math.ceil((bytesMax * 4) / 3))
    .transform((text, context): Uint8Array => {
      const parsed = parseText(text, 'base64url')
      if (parsed.ok) return parsed.value
      context.addIssue({ code: 'custom', message: 'expected base64url' })
      return z.NEVER
    })
