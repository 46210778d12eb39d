import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { type ErrorCode, toPeerageError } from '../../errors.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Kind } from '../../records/kind.ts'
import { rememberedPositions } from '../../records/location.ts'
import { placeCopies } from '../../records/placement.ts'
import type { Writers } from '../../records/writer.ts'
import { abortError } from '../../time/abort.ts'
import type { Clock } from '../../time/clock.ts'
import { deadline } from '../../time/deadline.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import { createAbsences } from './absences.ts'
import { RECORD, type RecordRequest, type RecordResponse } from './messages.ts'

/** What records ask of the trust log: who is a member, and who may write. */
export interface Membership extends Writers {
  readonly network: NetworkId
  /** Every enrolled node that is not revoked, this one included. */
  liveNodes(): readonly { readonly nodeId: NodeId; readonly member: string }[]
}

/** Connects to a node that is not connected, by whatever addresses of it are known. */
export type Reach = (nodeId: NodeId, signal: AbortSignal) => Promise<Verdict<unknown>>

export interface HoldersComponents {
  readonly overlay: Pick<Overlay, 'nodeId' | 'peer' | 'call' | 'closestPeers' | 'report'>
  readonly membership: Membership
  readonly reach: Reach
  /** Whether the standing of a node lets it hold and be read from; default: every node. */
  readonly isAsked?: ((nodeId: NodeId) => boolean) | undefined
  /** Whether the node has been here long enough to be the only holder; default: every node. */
  readonly isEstablished?: ((nodeId: NodeId) => boolean) | undefined
  readonly scheduler: Scheduler
  readonly clock: Pick<Clock, 'monotonic'>
  readonly logger: Logger
}

/** What decides which nodes hold a record. */
export interface Placed {
  readonly place: Uint8Array
  readonly kind: Pick<Kind, 'copies'>
}

type Answer<A extends RecordRequest['ask']> = Extract<RecordResponse, { ask: A }>
type Question<A extends RecordRequest['ask']> = Extract<RecordRequest, { ask: A }>

/** The other nodes that hold a record: which they are, and how they are asked. */
export interface Holders {
  /**
   * Where a record is to be: the live nodes of the membership view closest to its place, without
   * those that could not be reached a moment ago; may include this node.
   */
  closest(at: Placed): readonly NodeId[]
  /** Where it would be if this node were gone. */
  next(at: Placed): readonly NodeId[]
  /** Where it may be: the same, and the closest as if all could be reached. For whoever reads. */
  possible(at: Placed): readonly NodeId[]
  /**
   * What the routing table finds closest, when the computed holders are not enough. Ids that are
   * no live member are ignored, whoever named them (SR-RT-4).
   */
  routed(place: Uint8Array, signal: AbortSignal): Promise<readonly NodeId[]>
  /**
   * Asks every node, at most `recordCallsMax` at once, and hands over each answer as it comes.
   * Ends when all have answered or their deadlines have passed; never throws for a remote fault.
   */
  ask<A extends RecordRequest['ask']>(
    nodeIds: readonly NodeId[],
    question: Question<A>,
    signal: AbortSignal,
    onAnswer: (nodeId: NodeId, answer: Verdict<Answer<A>>) => void
  ): Promise<void>
  /** A record that a holder gave is none: what is wrong with it is the holder's fault. */
  blame(nodeId: NodeId, code: ErrorCode): void
}

export function createHolders(components: HoldersComponents): Holders {
  const { overlay, membership, reach, scheduler, clock, logger, isEstablished } = components
  const positionOf = rememberedPositions()
  const absences = createAbsences(overlay, clock)
  const isAsked = (nodeId: NodeId) =>
    nodeId === overlay.nodeId || (components.isAsked?.(nodeId) ?? true)
  /** Whoever is isolated neither holds nor repairs nor answers for others. */
  const live = () => membership.liveNodes().flatMap(({ nodeId }) => (isAsked(nodeId) ? nodeId : []))

  function closest(nodeIds: readonly NodeId[], { place, kind }: Placed): readonly NodeId[] {
    return placeCopies(place, nodeIds, { copies: kind.copies, positionOf, isEstablished })
  }

  async function askOne<A extends RecordRequest['ask']>(
    nodeId: NodeId,
    question: Question<A>,
    signal: AbortSignal
  ): Promise<Verdict<Answer<A>>> {
    const limit = deadline(scheduler, LIMITS.recordRoundMs, signal)
    try {
      if (signal.aborted) return refuse(abortError(signal).code)
      if (overlay.peer(nodeId) === undefined) {
        const reached = await reach(nodeId, limit.signal)
        if (!reached.ok) {
          if (!signal.aborted) absences.missed(nodeId)
          return reached
        }
      }
      const answer = await overlay.call(nodeId, RECORD, question, { signal: limit.signal })
      if (!answer.ok) return answer
      if (answer.value.ask === question.ask) return accept(answer.value as Answer<A>)
      overlay.report(nodeId, RECORD.id, 'MESSAGE_MALFORMED')
      return refuse('MESSAGE_MALFORMED')
    } finally {
      limit.release()
    }
  }

  return {
    blame: (nodeId, code) => overlay.report(nodeId, RECORD.id, code),
    closest(at) {
      const present = live().filter((nodeId) => !absences.isAbsent(nodeId))
      return closest(present, at)
    },
    next(at) {
      const others = live().filter((id) => id !== overlay.nodeId && !absences.isAbsent(id))
      return closest(others, at)
    },
    possible(at) {
      return [...new Set([...this.closest(at), ...closest(live(), at)])]
    },
    async routed(place, signal) {
      const members = new Set(live())
      const limit = deadline(scheduler, LIMITS.recordRoundMs, signal)
      try {
        const found = await overlay.closestPeers(place, { signal: limit.signal })
        const admitted = found.filter((nodeId) => members.has(nodeId))
        if (admitted.length < found.length) {
          logger.debug('record.route-ignored', { ignored: found.length - admitted.length })
        }
        const others = admitted.filter((nodeId) => nodeId !== overlay.nodeId)
        return [...new Set(others)].slice(0, LIMITS.replication)
      } catch (error) {
        // Routing only adds to the computed holders: without it the answer says how many there are.
        logger.debug('record.routing-failed', { code: toPeerageError(error).code })
        return []
      } finally {
        limit.release()
      }
    },
    async ask(nodeIds, question, signal, onAnswer) {
      const waiting = [...nodeIds]
      async function work(): Promise<void> {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          onAnswer(next, await askOne(next, question, signal))
        }
      }
      const workers = Math.min(waiting.length, LIMITS.recordCallsMax)
      await Promise.all(Array.from({ length: workers }, work))
    }
  }
}
