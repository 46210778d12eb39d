import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { Kind, WriterPolicy } from './kind.ts'
import type { VerifiedRecord } from './record.ts'

export type WriterFault = 'RECORD_WRITER_DENIED' | 'RECORD_WRITER_REVOKED' | 'RECORD_WRITER_UNKNOWN'

/** Whether the signer of a record may write it under its kind. */
export type MayWrite = (record: VerifiedRecord, kind: Kind) => Verdict<void, WriterFault>

/** What the writer rules ask of the trust log. */
export interface Writers {
  /** The enrollment of a node key, revoked or not. */
  node(nodeId: NodeId): { readonly member: string } | undefined
  isRevoked(who: { readonly nodeId: NodeId; readonly member: string }): boolean
}

/**
 * The writer policies over one view of the trust log (SR-AC-1: every kind names exactly one).
 * Revocation is asked anew at every use, so a record of a revoked writer is no longer served
 * anywhere, although it was accepted before.
 *
 * Faults: `RECORD_WRITER_UNKNOWN` (no such key in the log as far as this node has it),
 * `RECORD_WRITER_REVOKED`, `RECORD_WRITER_DENIED` (enrolled, but not entitled).
 */
export function createWriterRule(writers: Writers): MayWrite {
  return (record, kind) => {
    const node = writers.node(record.signer)
    if (node === undefined) return refuse('RECORD_WRITER_UNKNOWN')
    if (writers.isRevoked({ nodeId: record.signer, member: node.member })) {
      return refuse('RECORD_WRITER_REVOKED')
    }
    return POLICIES[kind.writer](record, node.member)
      ? accept(undefined)
      : refuse('RECORD_WRITER_DENIED')
  }
}

const POLICIES: { [Policy in WriterPolicy]: (record: VerifiedRecord, member: string) => boolean } =
  {
    'owner-member': (record, member) => record.owner === member
  }
