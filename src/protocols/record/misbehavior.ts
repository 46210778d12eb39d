import type { NetworkId } from '../../identity/network-id.ts'
import type { Logger } from '../../log.ts'
import {
  type Evidence,
  type EvidenceCode,
  encodeEvidence,
  isEquivocation,
  openEvidence
} from '../../records/evidence.ts'
import type { VerifiedRecord } from '../../records/record.ts'

/** Told of everything that is found; what is kept of it, and what follows, is decided there. */
export type OnMisbehavior = (evidence: Evidence) => void

export interface MisbehaviorComponents {
  readonly network: NetworkId
  readonly logger: Logger
  readonly onMisbehavior: OnMisbehavior
}

export interface Misbehavior {
  /** Tells of what proves something. */
  found(code: EvidenceCode, parts: readonly Uint8Array[]): void
  /** Two contents under one version: proof against a node where one key signed both. */
  conflict(pair: readonly [VerifiedRecord, VerifiedRecord]): void
}

export function createMisbehavior(components: MisbehaviorComponents): Misbehavior {
  const { network, logger, onMisbehavior } = components

  function found(code: EvidenceCode, parts: readonly Uint8Array[]): void {
    // What a third party would not believe is not kept either.
    const evidence = openEvidence(encodeEvidence(code, parts), network)
    if (!evidence.ok) return
    const { nodeId } = evidence.value
    logger.warn('record.misbehavior', { nodeId, code })
    onMisbehavior(evidence.value)
  }

  return {
    found,
    conflict(pair) {
      const parts = pair.map((record) => record.bytes)
      if (isEquivocation(pair)) found('RECORD_EQUIVOCATION', parts)
    }
  }
}
