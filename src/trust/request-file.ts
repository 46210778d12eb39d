import * as z from 'zod'
import { parseText, toBase64url } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { readJsonFile } from '../encoding/json-file.ts'
import { unixMillis } from '../encoding/schema.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { PROPOSAL_BYTES } from './approval.ts'
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
  statement: text(LIMITS.trustEntryBytesMax),
  /** Where the decision needs the consent of several members. */
  consent: z
    .strictObject({
      proposal: text(PROPOSAL_BYTES),
      expiresAt: unixMillis,
      approvals: z.array(text(LIMITS.approvalBytesMax)).max(LIMITS.approversMax)
    })
    .optional()
})

/** The content of a request file. */
export type RequestContent = z.infer<typeof requestSchema>

/** What somebody asks the authority to sign, on the machine where its key is. */
export interface DecisionRequest {
  readonly network: NetworkId
  readonly checkpoint: Uint8Array
  readonly statement: Statement
  readonly consent: RequestConsent | undefined
}

/** What members have signed, and would sign, for a request. */
export interface RequestConsent {
  /** Random; what approvals name, so that one request becomes one entry. */
  readonly proposal: Uint8Array
  /** An entry of a later time cannot use the approvals. */
  readonly expiresAt: UnixMillis
  /** As signed. */
  readonly approvals: readonly Uint8Array[]
}

export function createRequest(
  log: TrustLog,
  statement: Statement,
  consent?: RequestConsent | undefined
): RequestContent {
  const { network } = log
  return writeRequest({ network, checkpoint: log.head().bytes, statement, consent })
}

/** The content of the file of a request. */
export function writeRequest(request: DecisionRequest): RequestContent {
  const { network, checkpoint, statement, consent } = request
  return {
    format: FORMAT,
    network,
    checkpoint: toBase64url(checkpoint),
    statement: toBase64url(encodeCbor(statement)),
    ...(consent === undefined ? {} : { consent: writeConsent(consent) })
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
  const consent = readConsent(file.value.consent)
  if (!consent.ok) return consent
  return accept({
    ...{ network, checkpoint: checkpoint.value, statement: statement.value },
    consent: consent.value
  })
}

function writeConsent({ proposal, expiresAt, approvals }: RequestConsent) {
  return { proposal: toBase64url(proposal), expiresAt, approvals: approvals.map(toBase64url) }
}

function readConsent(given: RequestContent['consent']): Verdict<RequestConsent | undefined> {
  if (given === undefined) return accept(undefined)
  const proposal = parseText(given.proposal, 'base64url')
  if (!proposal.ok || proposal.value.length !== PROPOSAL_BYTES) return damaged('proposal')
  const approvals: Uint8Array[] = []
  for (const each of given.approvals) {
    const bytes = parseText(each, 'base64url')
    if (!bytes.ok) return damaged('approvals')
    approvals.push(bytes.value)
  }
  return accept({ proposal: proposal.value, expiresAt: given.expiresAt, approvals })
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

/** The file is not as it was written. */
export function damaged(at: string): Refused<'FILE_DAMAGED'> {
  return refuse('FILE_DAMAGED', { expected: FORMAT, at })
}
