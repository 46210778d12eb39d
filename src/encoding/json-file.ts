import type * as z from 'zod'
import { fromUtf8 } from './bytes.ts'
import { accept, refuse, type Verdict } from './verdict.ts'

const FORMAT = /^(peerage-[a-z-]+)\/(\d{1,3})$/

export type JsonFileFault = 'FILE_DAMAGED' | 'FILE_OTHER' | 'FILE_NEWER'

/** The format that a file names in its first member, `peerage-<thing>/<version>`. */
export function formatOf(bytes: Uint8Array): string | undefined {
  const value = parse(bytes)
  const format = typeof value === 'object' && value !== null && 'format' in value && value.format
  return typeof format === 'string' && FORMAT.test(format) ? format : undefined
}

/**
 * Reads a file that people carry from machine to machine. The caller has bounded its size.
 *
 * Faults: `FILE_NEWER` for a later version of this format, `FILE_OTHER` for another thing of ours,
 * `FILE_DAMAGED` for everything else that is not exactly this.
 */
export function readJsonFile<T>(
  bytes: Uint8Array,
  format: string,
  schema: z.ZodType<T>
): Verdict<T, JsonFileFault> {
  const found = formatOf(bytes)
  if (found === undefined) return refuse('FILE_DAMAGED', { expected: format })
  if (found !== format) {
    const isNewer = FORMAT.exec(found)?.[1] === FORMAT.exec(format)?.[1]
    return refuse(isNewer ? 'FILE_NEWER' : 'FILE_OTHER', { found, expected: format })
  }
  const parsed = schema.safeParse(parse(bytes))
  if (parsed.success) return accept(parsed.data)
  const at = parsed.error.issues[0]?.path.join('.') ?? ''
  return refuse('FILE_DAMAGED', { expected: format, at })
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes) ?? '')
  } catch {
    // No JSON: a file that was cut off, most of the time. The caller says so.
    return undefined
  }
}
