import * as z from 'zod'
import { parseText, toBase64url } from '../../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { type NetworkId, networkIdSchema } from '../../identity/network-id.ts'
import { LIMITS } from '../../limits.ts'
import { createTrustProof, trustProofSchema, verifyTrustProof } from '../../trust/proof.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import { openReport, type Report } from './report.ts'

/** A report for somebody without a node: with the proof that the accused is one of the network. */
export const reportFileSchema = z.strictObject({
  format: z.literal('peerage-misbehavior-report/1'),
  network: networkIdSchema,
  /** Base64url. */
  report: z.string().max(Math.ceil((LIMITS.recordEvidenceBytesMax * 4) / 3)),
  /** Of the entry that enrolled the accused. */
  enrollment: trustProofSchema
})

export type ReportFile = z.infer<typeof reportFileSchema>

/** Undefined where the log does not know the accused. Throws `STORAGE_DAMAGED`. */
export function createReportFile(log: TrustLog, report: Report): ReportFile | undefined {
  const enrolled = log.state.node(report.nodeId)
  if (enrolled === undefined) return undefined
  return {
    format: 'peerage-misbehavior-report/1',
    network: log.network,
    report: toBase64url(report.bytes),
    enrollment: createTrustProof(log, enrolled.index, [])
  }
}

export interface ProvedReport {
  readonly report: Report
  readonly networkName: string
  readonly member: string
  readonly node: string
}

/**
 * Checks a report file with nothing but the id of the network: no node, no home, no clock.
 *
 * Faults: those of {@link openReport} and `verifyTrustProof`; `WRONG_NETWORK`; `EVIDENCE_INVALID`
 * where the enrollment is that of somebody else.
 */
export function verifyReportFile(value: unknown, network: NetworkId): Verdict<ProvedReport> {
  const parsed = reportFileSchema.safeParse(value)
  if (!parsed.success) {
    return refuse('MESSAGE_MALFORMED', { path: parsed.error.issues[0]?.path.join('.') ?? '' })
  }
  if (parsed.data.network !== network) return refuse('WRONG_NETWORK')
  const bytes = parseText(parsed.data.report, 'base64url')
  if (!bytes.ok) return bytes
  const report = openReport(bytes.value, network)
  if (!report.ok) return report
  const proved = verifyTrustProof(parsed.data.enrollment, network)
  if (!proved.ok) return proved
  const { entry } = proved.value.entry
  if (entry.type !== 'node-enrolled' || entry.nodeId !== report.value.nodeId) {
    return refuse('EVIDENCE_INVALID')
  }
  const { networkName } = proved.value
  return accept({ report: report.value, networkName, member: entry.member, node: entry.node })
}
