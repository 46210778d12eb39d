import * as z from 'zod'
import { toBase64url } from '../encoding/bytes.ts'
import { type JsonFileFault, readJsonFile } from '../encoding/json-file.ts'
import { base64urlUpTo, unsigned } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import type { TrustLog } from './trust-log.ts'

const FORMAT = 'peerage-log/1'

const checkpoint = base64urlUpTo(LIMITS.checkpointBytesMax)

const logFileSchema = z
  .strictObject({
    format: z.literal(FORMAT),
    network: networkIdSchema,
    /** The first checkpoint, of size 1: what a home needs that begins with this file. */
    genesis: checkpoint,
    /** The newest one; the entries end at its size. */
    checkpoint,
    /** Position of the first entry. */
    from: unsigned,
    entries: z.array(base64urlUpTo(LIMITS.trustEntryBytesMax)),
    /** Of one node, where the file is the answer to its request. */
    certificate: base64urlUpTo(LIMITS.certificateBytesMax).optional()
  })
  .transform(({ format: _, ...file }) => file)

/** A part of a trust log up to its head, as bytes that carry their own signatures. */
export type LogFile = z.output<typeof logFileSchema>

/**
 * Reads a log file. Nothing in it is believed before {@link importLog}. Faults: `FILE_DAMAGED`,
 * `FILE_OTHER`, `FILE_NEWER`.
 */
export function readLogFile(bytes: Uint8Array): Verdict<LogFile, JsonFileFault> {
  return readJsonFile(bytes, FORMAT, logFileSchema)
}

export function writeLogFile(file: LogFile): string {
  const { network, from, certificate } = file
  const content = {
    ...{ format: FORMAT, network },
    genesis: toBase64url(file.genesis),
    checkpoint: toBase64url(file.checkpoint),
    from,
    entries: file.entries.map(toBase64url),
    ...(certificate === undefined ? {} : { certificate: toBase64url(certificate) })
  }
  return `${JSON.stringify(content)}\n`
}

/** The entries from `from` on, with the head. */
export function exportLog(log: TrustLog, from: number): LogFile {
  return {
    network: log.network,
    genesis: log.genesis().checkpoint,
    checkpoint: log.head().bytes,
    from,
    entries: log.entries(from, log.size)
  }
}

/**
 * Takes over what a file has more, by the rules by which a peer's word is taken over. A file that
 * says nothing new is accepted.
 *
 * Faults: `WRONG_NETWORK`; `TRUST_FILE_GAP` when it begins after the end of this log; those of
 * {@link TrustLog.advance}.
 */
export function importLog(log: TrustLog, file: LogFile): Verdict<{ readonly added: number }> {
  if (file.network !== log.network) return refuse('WRONG_NETWORK')
  const judged = log.judgeCheckpoint(file.checkpoint)
  if (!judged.ok) return judged
  const { relation, checkpoint: head } = judged.value
  if (relation === 'behind') return accept({ added: 0 })
  if (file.from > log.size) return refuse('TRUST_FILE_GAP', { from: file.from, size: log.size })
  if (file.from + file.entries.length !== head.checkpoint.size) {
    return refuse('FILE_DAMAGED', { expected: FORMAT, at: 'entries' })
  }
  return log.advance(file)
}

/** What a new home starts from. Faults as {@link importLog}, and `TRUST_FILE_GAP` for a part. */
export function genesisOf(file: LogFile): Verdict<{
  readonly network: NetworkId
  readonly genesis: { readonly entry: Uint8Array; readonly checkpoint: Uint8Array }
}> {
  const [entry] = file.entries
  if (file.from !== 0 || entry === undefined) {
    return refuse('TRUST_FILE_GAP', { from: file.from, size: 0 })
  }
  return accept({ network: file.network, genesis: { entry, checkpoint: file.genesis } })
}
