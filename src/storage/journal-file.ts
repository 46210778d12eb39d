import * as z from 'zod'
import { parseText, toHex } from '../encoding/bytes.ts'
import { unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { ChainedRow } from './journal-chain.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const text = z.string().nullable()

/** One row as one line of JSON; the file is described in docs/audit.md. */
export const journalLineSchema = z.strictObject({
  sequence: unsigned,
  time: unsigned,
  event: z.string(),
  code: text,
  layer: text,
  nodeId: text,
  /** JSON within JSON: the hash covers these characters, not what they mean. */
  detail: z.string(),
  previous: hash,
  hash
})

export type JournalLine = z.infer<typeof journalLineSchema>

export function toJournalLine({ previous, hash: own, ...row }: ChainedRow): JournalLine {
  return { ...row, previous: toHex(previous), hash: toHex(own) }
}

/** Reads one line of an exported journal. Fault: `MESSAGE_MALFORMED`. */
export function parseJournalLine(line: string): Verdict<ChainedRow, 'MESSAGE_MALFORMED'> {
  if (line.length > LIMITS.journalLineLengthMax) return refuse('MESSAGE_MALFORMED')
  const parsed = journalLineSchema.safeParse(parseJson(line))
  if (!parsed.success) return refuse('MESSAGE_MALFORMED')
  const { previous, hash: own, ...row } = parsed.data
  const [before, after] = [parseText(previous, 'base16'), parseText(own, 'base16')]
  if (!before.ok || !after.ok) return refuse('MESSAGE_MALFORMED')
  return accept({ ...row, previous: before.value, hash: after.value })
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Whatever is no JSON fits no schema either.
    return undefined
  }
}
