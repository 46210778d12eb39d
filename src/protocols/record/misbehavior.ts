import type { ErrorCode } from '../../errors.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { Logger } from '../../log.ts'
import {
  type EvidenceCode,
  encodeEvidence,
  isEquivocation,
  openEvidence
} from '../../records/evidence.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import type { EvidenceStore } from '../../storage/evidence-store.ts'
import type { Clock } from '../../time/clock.ts'

/** Told once for each piece of evidence, after it is on disk. */
export type OnMisbehavior = (nodeId: NodeId, code: ErrorCode, evidence: Uint8Array) => void

export interface MisbehaviorComponents {
  readonly network: NetworkId
  readonly store: EvidenceStore
  readonly clock: Pick<Clock, 'now'>
  readonly logger: Logger
  readonly onMisbehavior: OnMisbehavior
}

export interface Misbehavior {
  /** Keeps what proves something, and tells of it. */
  found(code: EvidenceCode, parts: readonly Uint8Array[]): void
  /** Two contents under one version: proof against a node where one key signed both. */
  conflict(pair: readonly [VerifiedRecord, VerifiedRecord]): void
}

export function createMisbehavior(components: MisbehaviorComponents): Misbehavior {
  const { network, store, clock, logger, onMisbehavior } = components

  function found(code: EvidenceCode, parts: readonly Uint8Array[]): void {
    // What a third party would not believe is not kept either.
    const evidence = openEvidence(encodeEvidence(code, parts), network)
    if (!evidence.ok) return
    const { nodeId, bytes } = evidence.value
    logger.warn('record.misbehavior', { nodeId, code })
    if (store.save(evidence.value, clock.now())) onMisbehavior(nodeId, code, bytes)
  }

  return {
    found,
    conflict(pair) {
      const parts = pair.map((record) => record.bytes)
      if (isEquivocation(pair)) found('RECORD_EQUIVOCATION', parts)
    }
  }
}
