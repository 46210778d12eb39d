import { equalBytes } from '../../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { type Ack, openAck } from '../../trust/ack.ts'
import type { TrustLog } from '../../trust/trust-log.ts'

export interface AckStore {
  load(): Iterable<Uint8Array>
  save(acks: readonly Ack[]): void
}

/** The newest acknowledgment of every node: it stands for all entries before it. */
export interface AckBook {
  /**
   * Takes over those that say more than what is known of their nodes; returns these. One that is
   * refused does not keep the others out.
   */
  learn(acks: readonly Uint8Array[]): readonly Ack[]
  /** Call it when the log has grown: learns those that came before their entry. */
  ripen(): readonly Ack[]
  of(nodeId: NodeId): Ack | undefined
  all(): readonly Ack[]
  /** Calls back after every change; returns how to end that. */
  onChange(listener: () => void): () => void
}

type BookLog = Pick<TrustLog, 'network' | 'size' | 'rootAt' | 'state'>

export function createAckBook(log: BookLog, store: AckStore): AckBook {
  const acks = new Map<NodeId, Ack>()
  const listeners = new Set<() => void>()
  /** One of each node at most. */
  const early = new Map<NodeId, Uint8Array>()

  /**
   * Faults: those of `openAck`; `NODE_UNKNOWN`; `TRUST_ENTRY_NOT_FOUND` for a size that this node
   * has not reached, judged again when it has; `TRUST_FORK` for another history.
   */
  function judge(bytes: Uint8Array): Verdict<Ack> {
    const opened = openAck(bytes, log.network)
    if (!opened.ok) return opened
    const { nodeId, size, root } = opened.value
    if (log.state.node(nodeId) === undefined) return refuse('NODE_UNKNOWN')
    if (size > log.size) {
      early.set(nodeId, bytes)
      return refuse('TRUST_ENTRY_NOT_FOUND')
    }
    if (!equalBytes(root, log.rootAt(size))) return refuse('TRUST_FORK')
    return accept(opened.value)
  }

  function take(bytes: Uint8Array): Ack | undefined {
    const judged = judge(bytes)
    if (!judged.ok) return undefined
    const ack = judged.value
    const known = acks.get(ack.nodeId)
    if (known !== undefined && known.size >= ack.size) return undefined
    acks.set(ack.nodeId, ack)
    return ack
  }

  for (const bytes of store.load()) take(bytes)

  function learn(given: readonly Uint8Array[]): readonly Ack[] {
    const news = given.flatMap((bytes) => take(bytes) ?? [])
    if (news.length > 0) {
      store.save(news)
      for (const listener of [...listeners]) listener()
    }
    return news
  }

  return {
    learn,
    ripen() {
      const waiting = [...early.values()]
      early.clear()
      return learn(waiting)
    },
    of: (nodeId) => acks.get(nodeId),
    all: () => [...acks.values()],
    onChange(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    }
  }
}
