import type { Random } from '../crypto/random.ts'
import { toPeerageError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Overlay } from '../overlay/overlay-api.ts'
import {
  createEvidence,
  createReportBook,
  type Evidence,
  type Heard,
  type OpenReport,
  type ReportBook
} from '../protocols/evidence/index.ts'
import type { Ledger } from '../reputation/ledger.ts'
import type { EvidenceStore } from '../storage/evidence-store.ts'
import type { Clock } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import type { AlarmBook } from './alarms.ts'

export interface EvidenceRoomComponents {
  readonly overlay: Pick<Overlay, 'nodeId' | 'peers' | 'peer' | 'call' | 'serve'>
  readonly log: TrustLog
  readonly store: EvidenceStore
  /** What verifies a report. */
  readonly open: OpenReport
  readonly ledger: Pick<Ledger, 'apply'>
  readonly alarms: Pick<AlarmBook, 'raise'>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
}

/** The one place where proofs of misbehavior become standings. */
export interface EvidenceRoom extends Evidence {
  readonly book: ReportBook
  /** Evidence that this node came upon. */
  found(evidence: { readonly bytes: Uint8Array }): void
}

/** Throws what the store throws. */
export function createEvidenceRoom(components: EvidenceRoomComponents): EvidenceRoom {
  const { overlay, log, ledger, alarms, logger } = components
  const { state, network } = log
  const book = createReportBook({ ...components, network, state })
  const evidence = createEvidence({ ...components, book, onProved })

  /** No node judges its own member: its operator decides whether a key was stolen. */
  function onProved({ nodeId, code, id }: Heard): void {
    const member = state.node(nodeId)?.member
    if (member === undefined) return
    if (member === state.node(overlay.nodeId)?.member) {
      alarms.raise({ code: 'SELF_REPORTED', subject: nodeId, detail: { report: id, of: code } })
      return
    }
    ledger.apply(member, { type: 'proved', code, nodeId, proof: id })
  }

  return {
    ...evidence,
    book,
    found({ bytes }) {
      try {
        const submitted = evidence.submit(bytes)
        if (!submitted.ok) logger.debug('evidence.not-taken', { code: submitted.fault })
      } catch (error) {
        // A full disk must not fail the request that has shown it.
        logger.error('evidence.not-kept', { code: toPeerageError(error).code })
      }
    }
  }
}
