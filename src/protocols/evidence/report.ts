import { sha256 } from '../../crypto/digest.ts'
import { toHex } from '../../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import { LIMITS } from '../../limits.ts'
import { type Evidence, openEvidence } from '../../records/evidence.ts'

/**
 * Statements of one node that together prove what it did, exactly as it signed them. Nobody signs the
 * report: whoever has it can verify it, and who brought it does not matter.
 */
export interface Report extends Evidence {
  /** Hex: one offense has one id, whoever reports it. */
  readonly id: string
}

export type OpenReport = (bytes: Uint8Array, network: NetworkId) => Verdict<Report>

export function reportId(bytes: Uint8Array): string {
  return toHex(sha256(bytes))
}

/**
 * Verifies a report from anywhere with nothing but the id of the network. Whether the accused is one
 * of its nodes is for the caller to say.
 *
 * Faults: `MESSAGE_TOO_LARGE`, `EVIDENCE_INVALID`.
 */
export function openReport(bytes: Uint8Array, network: NetworkId): Verdict<Report> {
  const bytesMax = LIMITS.recordEvidenceBytesMax
  if (bytes.length > bytesMax) return refuse('MESSAGE_TOO_LARGE', { bytes: bytes.length, bytesMax })
  const opened = openEvidence(bytes, network)
  return opened.ok ? accept({ ...opened.value, id: reportId(bytes) }) : opened
}
