import * as z from 'zod'
import { compareBytes, equalBytes } from '../encoding/bytes.ts'
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
  /** What it signed. */
  readonly parts: readonly Uint8Array[]
  readonly bytes: Uint8Array
}

/**
 * Two records, which have no order of their own; or a receipt, a proof and the record. There is one
 * spelling of each piece of evidence, whoever found it.
 */
export function encodeEvidence(code: EvidenceCode, parts: readonly Uint8Array[]): Uint8Array {
  const ordered = code === 'RECORD_EQUIVOCATION' ? parts.toSorted(compareBytes) : [...parts]
  return encodeCbor({ version: 1, code, parts: ordered })
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
  return nodeId === undefined ? refuse('EVIDENCE_INVALID') : accept({ code, nodeId, parts, bytes })
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
  const [first, second, ...more] = parts
  if (first === undefined || second === undefined || more.length > 0) return undefined
  if (compareBytes(first, second) > 0) return undefined
  const [a, b] = [openRecord(first, network), openRecord(second, network)]
  if (!a.ok || !b.ok) return undefined
  return isEquivocation([a.value, b.value]) ? a.value.signer : undefined
}

function promiseBreaker(parts: readonly Uint8Array[], network: NetworkId): NodeId | undefined {
  const [receiptBytes, proofBytes, recordBytes] = parts
  if (receiptBytes === undefined || proofBytes === undefined || recordBytes === undefined) {
    return undefined
  }
  const receipt = openReceipt(receiptBytes, network)
  const proof = openProof(proofBytes, network)
  const record = openRecord(recordBytes, network)
  if (!receipt.ok || !proof.ok || !record.ok) return undefined
  const isMeant = record.value.digest === receipt.value.digest
  const isLie = isMeant && contradicts(receipt.value, proof.value, record.value)
  return isLie ? receipt.value.holder : undefined
}
