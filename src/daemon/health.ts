import type { ErrorCode } from '../errors.ts'
import type { Attention } from './attention.ts'
import type { Stage } from './daemon-state.ts'

/** Whether a node does its work, and what keeps it from that. */
export interface Health {
  /** An answer is alive; a supervisor starts a node again that gives none. */
  readonly live: true
  /** Peers are admitted and admit this node. */
  readonly ready: boolean
  readonly reasons: readonly Attention[]
}

/**
 * What nobody but an operator can end, and until then nobody is admitted. A node without peers is
 * not among them: it is ready for the first that comes, and a restart would help nothing.
 */
const STOPPING: ReadonlySet<ErrorCode> = new Set([
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_NOT_YET_VALID',
  'CERTIFICATE_REVOKED',
  'CERTIFICATE_WRONG_ISSUER',
  'MEMBER_SUSPENDED',
  'CLOCK_BACKWARD',
  'CLOCK_BEFORE_GENESIS',
  'TRUST_STALE'
])

export function judgeHealth(stage: Stage, attention: readonly Attention[]): Health {
  const reasons = attention.filter(({ code }) => STOPPING.has(code))
  return { live: true, ready: stage === 'ready' && reasons.length === 0, reasons }
}
