import * as z from 'zod'

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
