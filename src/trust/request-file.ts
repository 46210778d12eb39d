import * as z from 'zod'
import { parseText, toBase64url } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { readJsonFile } from '../encoding/json-file.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { networkIdSchema } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import { parseStatement, type Statement } from './entry.ts'
import type { TrustLog } from './trust-log.ts'

const FORMAT = 'peerage-request/1'

const text = (bytesMax: number) => z.string().max(Math.ceil((bytesMax * 4) / 3))

const requestSchema = z.strictObject({
  format: z.literal(FORMAT),
  network: networkIdSchema,
  /** The head of the log on which whoever asks has looked. */
  checkpoint: text(LIMITS.checkpointBytesMax),
  /** What the authority is asked to write, as CBOR. Nobody has signed it. */
  statement: text(LIMITS.trustEntryBytesMax)
})

/** The content of a request file. */
export type RequestContent = z.infer<typeof requestSchema>

/** What somebody asks the authority to sign, on the machine where its key is. */
export interface DecisionRequest {
  readonly network: string
  readonly checkpoint: Uint8Array
  readonly statement: Statement
}

export function createRequest(log: TrustLog, statement: Statement): RequestContent {
  return {
    format: FORMAT,
    network: log.network,
    checkpoint: toBase64url(log.head().bytes),
    statement: toBase64url(encodeCbor(statement))
  }
}

/** Faults: `FILE_DAMAGED`, `FILE_OTHER`, `FILE_NEWER`. */
export function readRequest(bytes: Uint8Array): Verdict<DecisionRequest> {
  const file = readJsonFile(bytes, FORMAT, requestSchema)
  if (!file.ok) return file
  const checkpoint = parseText(file.value.checkpoint, 'base64url')
  const encoded = parseText(file.value.statement, 'base64url')
  if (!checkpoint.ok || !encoded.ok) return damaged('statement')
  const fields = z.record(z.string(), z.unknown())
  const decoded = decodeCbor(encoded.value, fields, LIMITS.trustEntryBytesMax)
  const statement = decoded.ok ? parseStatement(decoded.value, file.value.network) : decoded
  if (!statement.ok) return damaged('statement')
  const { network } = file.value
  return accept({ network, checkpoint: checkpoint.value, statement: statement.value })
}

/**
 * Why a request cannot be signed on this log: whoever asked has to have seen all of it, and nothing
 * that it does not have. Signing on anything else could only lead to a fork, or to a decision that
 * was meant for another state.
 *
 * Faults: `WRONG_NETWORK`, `REQUEST_OUTDATED`, `REQUEST_AHEAD`, those of
 * {@link TrustLog.judgeCheckpoint}.
 */
export function judgeRequest(log: TrustLog, request: DecisionRequest): Refused | undefined {
  if (request.network !== log.network) return refuse('WRONG_NETWORK')
  const judged = log.judgeCheckpoint(request.checkpoint)
  if (!judged.ok) return judged
  const { relation, checkpoint } = judged.value
  if (relation === 'same') return undefined
  const detail = { size: checkpoint.checkpoint.size, known: log.size }
  return refuse(relation === 'behind' ? 'REQUEST_OUTDATED' : 'REQUEST_AHEAD', detail)
}

function damaged(at: string): Refused<'FILE_DAMAGED'> {
  return refuse('FILE_DAMAGED', { expected: FORMAT, at })
}
