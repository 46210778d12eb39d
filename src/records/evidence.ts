import * as z from 'zod'
import { equalBytes } from '../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../encoding/cbor.ts'
import { bytesUpTo } from '../encoding/schema.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { NetworkId } from '../identity/network-id.ts'
import type { NodeId } from '../identity/node-id.ts'
import { LIMITS } from '../limits.ts'
import { openRecord, type VerifiedRecord } from './record.ts'
import { contradicts, openProof } from './storage-proof.ts'
import { openReceipt } from './storage-receipt.ts'

const CODES = ['RECORD_EQUIVOCATION', 'RECORD_PROMISE_BROKEN'] as const
export type EvidenceCode = (typeof CODES)[number]

const evidenceSchema = z.strictObject({
  version: z.literal(1),
  code: z.enum(CODES),
  /** Signed statements that contradict each other, exactly as they were signed. */
  parts: z.array(bytesUpTo(LIMITS.recordBytesMax)).min(2).max(3)
})

/** What somebody did, by nothing but its own signatures. */
export interface Evidence {
  readonly code: EvidenceCode
  readonly nodeId: NodeId
  readonly bytes: Uint8Array
}

/** Two records; or a receipt, a proof and, where its bytes matter, the record. */
export function encodeEvidence(code: EvidenceCode, parts: readonly Uint8Array[]): Uint8Array {
  return encodeCbor({ version: 1, code, parts })
}

/**
 * Verifies evidence from anywhere, without asking anybody. Fault: `EVIDENCE_INVALID` for whatever
 * proves nothing.
 */
export function openEvidence(
  bytes: Uint8Array,
  network: NetworkId
): Verdict<Evidence, 'EVIDENCE_INVALID'> {
  const decoded = decodeCbor(bytes, evidenceSchema, LIMITS.recordEvidenceBytesMax)
  if (!decoded.ok) return refuse('EVIDENCE_INVALID')
  const { code, parts } = decoded.value
  const nodeId =
    code === 'RECORD_EQUIVOCATION' ? equivocator(parts, network) : promiseBreaker(parts, network)
  return nodeId === undefined ? refuse('EVIDENCE_INVALID') : accept({ code, nodeId, bytes })
}

/** Whether one key signed both: two nodes of one owner that wrote at once are no liars. */
export function isEquivocation([a, b]: readonly [VerifiedRecord, VerifiedRecord]): boolean {
  return (
    a.signer === b.signer &&
    equalBytes(a.location, b.location) &&
    a.version === b.version &&
    a.digest !== b.digest
  )
}

function equivocator(parts: readonly Uint8Array[], network: NetworkId): NodeId | undefined {
  const [a, b, ...more] = parts.map((part) => openRecord(part, network))
  if (a?.ok !== true || b?.ok !== true || more.length > 0) return undefined
  return isEquivocation([a.value, b.value]) ? a.value.signer : undefined
}

function promiseBreaker(parts: readonly Uint8Array[], network: NetworkId): NodeId | undefined {
  const [receiptBytes, proofBytes, recordBytes] = parts
  if (receiptBytes === undefined || proofBytes === undefined) return undefined
  const receipt = openReceipt(receiptBytes, network)
  const proof = openProof(proofBytes, network)
  const record = recordBytes === undefined ? undefined : openRecord(recordBytes, network)
  if (!receipt.ok || !proof.ok || record?.ok === false) return undefined
  return contradicts(receipt.value, proof.value, record?.value) ? receipt.value.holder : undefined
}
