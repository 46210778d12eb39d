import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Kind } from './kind.ts'
import { type Actor, ownsRecord } from './owner.ts'
import type { VerifiedRecord } from './record.ts'

export type WriterFault = 'RECORD_WRITER_DENIED' | 'RECORD_WRITER_REVOKED' | 'RECORD_WRITER_UNKNOWN'

/** What the writer rule has to know of a record. */
export type Authored = Pick<VerifiedRecord, 'owner' | 'signer' | 'storedAt'>

/** Whether the signer of a record may write it under its kind. */
export type MayWrite = (record: Authored, kind: Kind) => Verdict<void, WriterFault>

/** What the rules of access ask of the trust log. */
export interface Writers {
  /** The enrollment of a node key, revoked or not. */
  node(nodeId: NodeId): { readonly member: string; readonly node: string } | undefined
  /** Of a member, now. */
  groupsOf(member: string): readonly string[]
  /** Since when a node has had no place in the network; undefined while it has one. */
  excludedSince(who: { readonly nodeId: NodeId; readonly member: string }): UnixMillis | undefined
  /** Whether this is the one key that signs for the authority now. */
  isAuthority(signer: NodeId): boolean
}

/**
 * The writer policies over one view of the trust log (SR-AC-1: every kind names exactly one).
 * Everything is asked anew at every use, so a record of a writer that was revoked or has lost its
 * group is no longer served anywhere, although it was accepted before.
 *
 * Faults: `RECORD_WRITER_UNKNOWN` (no such key in the log as far as this node has it),
 * `RECORD_WRITER_REVOKED`, `RECORD_WRITER_DENIED` (enrolled, but not entitled).
 */
export function createWriterRule(writers: Writers): MayWrite {
  return (record, kind) => {
    const { signer, owner, storedAt } = record
    if (kind.writers.by === 'authority' && writers.isAuthority(signer)) return accept(undefined)
    const node = writers.node(signer)
    if (node === undefined) return refuse('RECORD_WRITER_UNKNOWN')
    const since = writers.excludedSince({ nodeId: signer, member: node.member })
    // A key that was stolen can date back what it signs: that is what a kind accepts with `keep`.
    const isKept = kind.ofRevoked === 'keep' && since !== undefined && storedAt < since
    if (since !== undefined && !isKept) return refuse('RECORD_WRITER_REVOKED')
    return ownsRecord(kind, owner, actorOf(writers, node))
      ? accept(undefined)
      : refuse('RECORD_WRITER_DENIED', { kind: kind.name, writers: kind.writers.by })
  }
}

export function actorOf(
  writers: Pick<Writers, 'groupsOf'>,
  { member, node }: { readonly member: string; readonly node: string }
): Actor {
  return { member, node, groups: writers.groupsOf(member) }
}
