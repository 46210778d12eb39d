import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { EvidenceStore } from '../../storage/evidence-store.ts'
import type { Clock, UnixMillis } from '../../time/clock.ts'
import type { TrustState } from '../../trust/state.ts'
import { type OpenReport, openReport, type Report, reportId } from './report.ts'

/** A report as this node has it. */
export interface Heard extends Report {
  readonly heardAt: UnixMillis
  /** Who brought it; undefined: this node found or was given it. */
  readonly from: NodeId | undefined
}

export interface ReportBookComponents {
  readonly network: NetworkId
  readonly state: Pick<TrustState, 'node'>
  readonly store: EvidenceStore
  readonly clock: Pick<Clock, 'now'>
  /** {@link openReport}, but for the control of an attack. */
  readonly open?: OpenReport
}

/** The reports that this node has verified: a few of each node, and of all nodes a bounded number. */
export interface ReportBook {
  /**
   * Verifies and keeps a report. Undefined: it is known, or enough is known of the accused.
   *
   * Faults: those of `openReport`; `NODE_UNKNOWN` where the log does not list the accused, or not
   * yet. Throws what the store throws.
   */
  learn(bytes: Uint8Array, from: NodeId | undefined): Verdict<Heard | undefined>
  /** In the order in which they were heard. */
  all(): readonly Heard[]
  has(id: string): boolean
}

export function createReportBook(components: ReportBookComponents): ReportBook {
  const { network, state, store, clock, open = openReport } = components
  const reports = new Map<string, Heard>()

  /** What is on disk may have been changed there: it is verified like everything from outside. */
  for (const { bytes, heardAt, from } of store.all()) {
    const opened = open(bytes, network)
    if (opened.ok) reports.set(opened.value.id, { ...opened.value, heardAt, from })
  }

  return {
    all: () => [...reports.values()],
    has: (id) => reports.has(id),
    learn(bytes, from) {
      if (reports.has(reportId(bytes))) return accept(undefined)
      const opened = open(bytes, network)
      if (!opened.ok) return opened
      if (state.node(opened.value.nodeId) === undefined) return refuse('NODE_UNKNOWN')
      const report = { ...opened.value, heardAt: clock.now(), from }
      if (!store.save(report)) return accept(undefined)
      // As on disk: the oldest has had its effect, here and most likely everywhere.
      const [oldest] = reports.keys()
      if (reports.size >= LIMITS.recordEvidenceMax && oldest !== undefined) reports.delete(oldest)
      reports.set(report.id, report)
      return accept(report)
    }
  }
}
