import { DOMAINS } from '../../crypto/domains.ts'
import { verifyAhead } from '../../crypto/envelope.ts'
import { fraction, type Random } from '../../crypto/random.ts'
import { equalBytes } from '../../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { ERRORS } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Advance, TrustLog } from '../../trust/trust-log.ts'
import { answerTrustRequest, type TrustSource } from './handler.ts'
import { TRUST_SYNC, type TrustRequest, type TrustResponse } from './messages.ts'

/** Half of a request, so that entries and their framing always fit. */
const ANNOUNCED_BYTES_MAX = LIMITS.requestBytesMax / 2

/** What catching up needs of the trust log. */
export type SyncedLog = TrustSource &
  Pick<
    TrustLog,
    | 'reach'
    | 'isDoubted'
    | 'judgeCheckpoint'
    | 'verifyExtension'
    | 'advance'
    | 'advancePart'
    | 'onAdvance'
  >

export interface TrustSyncComponents {
  readonly overlay: Pick<Overlay, 'peers' | 'peer' | 'call' | 'serve' | 'report'>
  readonly log: SyncedLog
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
}

/** Entries from `start` on, on the way to the checkpoint of size `to`. */
interface Part {
  readonly checkpoint: Uint8Array
  readonly start: number
  readonly to: number
  readonly part: readonly Uint8Array[]
}

export interface TrustSync {
  start(): Promise<void>
  stop(): void
  /** Compares heads with one peer and fetches what it has more. Single flight per peer. */
  pull(nodeId: NodeId): Promise<Verdict<{ readonly added: number }>>
}

/**
 * Spreads the trust log: every advance is announced to all connected peers, a peer that is ahead
 * is asked for the missing entries, and one random peer is compared with from time to time, so
 * that a lost announcement delays and never loses an entry (SR-CFG-2).
 */
export function createTrustSync(components: TrustSyncComponents): TrustSync {
  const { overlay, log, scheduler, random, logger } = components
  const pulls = new Map<NodeId, Promise<Verdict<{ readonly added: number }>>>()
  const endings: (() => void)[] = []
  const retries = new Set<() => void>()

  function pull(nodeId: NodeId): Promise<Verdict<{ readonly added: number }>> {
    const running = pulls.get(nodeId)
    if (running !== undefined) return running
    const started = catchUp(nodeId).finally(() => pulls.delete(nodeId))
    pulls.set(nodeId, started)
    return started
  }

  async function catchUp(nodeId: NodeId): Promise<Verdict<{ readonly added: number }>> {
    const head = await ask(nodeId, { ask: 'head', checkpoint: log.head().bytes })
    if (!head.ok) return head
    const judged = log.judgeCheckpoint(head.value.checkpoint)
    if (!judged.ok) return blame(nodeId, judged)
    if (judged.value.relation === 'behind') return accept({ added: 0 })
    if (judged.value.relation === 'same') {
      return log.advance({ checkpoint: head.value.checkpoint, entries: [] })
    }
    const { checkpoint } = head.value
    const to = judged.value.checkpoint.checkpoint.size
    // The proof comes first: a peer on a fork is found out before its entries are fetched.
    const from = log.reach
    if (from < to) {
      const proof = await ask(nodeId, { ask: 'consistency', from, to })
      if (!proof.ok) return proof
      if (log.reach === from && !log.verifyExtension(checkpoint, proof.value.proof)) {
        return blame(nodeId, refuse('TRUST_PROOF_INVALID'))
      }
    }
    const last = await fetchEntries(nodeId, { checkpoint, to })
    if (!last.ok) return last
    // Others were asked, too, and one of them may have been faster.
    if (log.size >= to) return accept({ added: Math.max(0, log.reach - from) })
    const taken = log.advance({ checkpoint, entries: last.value })
    return taken.ok ? accept({ added: log.reach - from }) : blame(nodeId, taken)
  }

  /**
   * Fetches what leads to the checkpoint. All but the last part is taken over as it comes, so that
   * memory holds one page, however long the log is, and what has come needs not come again.
   */
  async function fetchEntries(
    nodeId: NodeId,
    { checkpoint, to }: { readonly checkpoint: Uint8Array; readonly to: number }
  ): Promise<Verdict<readonly Uint8Array[]>> {
    const fetch = (from: number) => (from < to ? fetchPage(nodeId, { from, to }) : undefined)
    let start = log.reach
    let part: Uint8Array[] = []
    let coming = fetch(start)
    while (coming !== undefined) {
      const page = await coming
      if (!page.ok) return report(nodeId, page)
      part.push(...page.value)
      const end = start + part.length
      // While this page is verified the next one comes.
      coming = fetch(end)
      if (coming !== undefined) {
        const taken = await takePart(nodeId, { checkpoint, start, to, part })
        if (!taken.ok) return taken
      }
      if (log.reach === start) continue
      // Whoever else took the log further meanwhile has made the pages worthless.
      if (log.reach !== end) coming = fetch(log.reach)
      start = log.reach
      part = []
    }
    return accept(part)
  }

  async function fetchPage(
    nodeId: NodeId,
    { from, to }: { readonly from: number; readonly to: number }
  ): Promise<Verdict<readonly Uint8Array[]>> {
    const page = await ask(nodeId, { ask: 'entries', from, to })
    if (!page.ok) return page
    const { entries } = page.value
    if (entries.length === 0) return refuse('TRUST_ENTRY_NOT_FOUND')
    return entries.length <= to - from
      ? accept(entries)
      : blame(nodeId, refuse('TRUST_ENTRY_INVALID'))
  }

  /** Entries of a key that is doubted are held back until the one comes that replaces it. */
  async function takePart(
    nodeId: NodeId,
    { checkpoint, start, to, part }: Part
  ): Promise<Verdict<unknown>> {
    if (log.isDoubted) {
      const bytes = part.reduce((sum, entry) => sum + entry.length, 0)
      const isTooMuch = bytes > LIMITS.heldBackBytesMax
      return isTooMuch ? report(nodeId, refuse('TRUST_EQUIVOCATION')) : accept(undefined)
    }
    const answer = await ask(nodeId, { ask: 'consistency', from: start + part.length, to })
    if (!answer.ok || log.reach !== start) return answer
    const { proof } = answer.value
    // The proof first, as in `advancePart`.
    if (!log.verifyExtension(checkpoint, proof, part)) {
      return blame(nodeId, refuse('TRUST_PROOF_INVALID'))
    }
    await verifyAhead(DOMAINS.trustEntry, part)
    if (log.reach !== start) return answer
    return blame(nodeId, log.advancePart({ checkpoint, entries: part, proof }))
  }

  /** Calls and insists that the answer is one to this question. */
  async function ask<A extends TrustRequest['ask']>(
    nodeId: NodeId,
    request: Extract<TrustRequest, { ask: A }>
  ): Promise<Verdict<Extract<TrustResponse, { ask: A }>>> {
    const answer = await overlay.call(nodeId, TRUST_SYNC, request)
    if (!answer.ok) return answer
    return answer.value.ask === request.ask
      ? accept(answer.value as Extract<TrustResponse, { ask: A }>)
      : blame(nodeId, refuse('MESSAGE_MALFORMED'))
  }

  /** What is wrong with an answer; faults of requests are reported by the overlay itself. */
  function blame<T>(nodeId: NodeId, verdict: Verdict<T>): Verdict<T> {
    if (!verdict.ok) overlay.report(nodeId, TRUST_SYNC.id, verdict.fault)
    return report(nodeId, verdict)
  }

  function report<T>(nodeId: NodeId, verdict: Verdict<T>): Verdict<T> {
    if (!verdict.ok) logger.warn('trust.sync-refused', { nodeId, code: verdict.fault })
    return verdict
  }

  function compareWithRandomPeer(): void {
    const peers = overlay.peers()
    const peer = peers[Math.floor(fraction(random) * peers.length)]
    if (peer !== undefined) void pull(peer.nodeId)
  }

  /** News travels with its entries: one message to each peer, and the peer passes it on. */
  function announce({ added, head, isPart }: Advance): void {
    if (isPart) return
    const entries = added.map((entry) => entry.bytes)
    const bytes = entries.reduce((sum, entry) => sum + entry.length, 0)
    const isSmall = entries.length <= LIMITS.syncEntriesMax && bytes <= ANNOUNCED_BYTES_MAX
    const request = isSmall
      ? ({ ask: 'announce', checkpoint: head.bytes, entries } as const)
      : ({ ask: 'head', checkpoint: head.bytes } as const)
    for (const { nodeId } of overlay.peers()) void tell(nodeId, request, 0)
  }

  /**
   * A message that was lost is sent again, later each time, until the peer has answered or is gone:
   * it need not wait for anti-entropy when a partition heals. What is no news any more is not.
   */
  async function tell(
    nodeId: NodeId,
    request: Extract<TrustRequest, { checkpoint: Uint8Array }>,
    failures: number
  ): Promise<void> {
    const answer = await ask(nodeId, request)
    if (answer.ok) {
      const judged = log.judgeCheckpoint(answer.value.checkpoint)
      if (judged.ok && judged.value.relation === 'ahead') void pull(nodeId)
      return
    }
    const isCurrent = equalBytes(request.checkpoint, log.head().bytes)
    if (!isCurrent || !ERRORS[answer.fault].retryable) return
    const wait = LIMITS.announceRetryMs * 2 ** Math.min(failures, LIMITS.announceRetriesMax)
    const cancel = scheduler.after(wait, () => {
      retries.delete(cancel)
      if (overlay.peer(nodeId) !== undefined) void tell(nodeId, request, failures + 1)
    })
    retries.add(cancel)
  }

  /** Takes over what a peer announces where it follows on what is here; else asks for the rest. */
  function hear(
    nodeId: NodeId,
    { checkpoint, entries }: { checkpoint: Uint8Array; entries: Uint8Array[] }
  ): Verdict<unknown> {
    const judged = log.judgeCheckpoint(checkpoint)
    if (!judged.ok) return report(nodeId, judged)
    const { relation, checkpoint: head } = judged.value
    if (relation === 'behind') return judged
    const isComplete = head.checkpoint.size - entries.length <= log.reach
    if (isComplete) return report(nodeId, log.advance({ checkpoint, entries }))
    void pull(nodeId)
    return judged
  }

  return {
    pull,
    async start() {
      await overlay.serve(TRUST_SYNC, async (request, peer) => {
        if (request.ask === 'announce') {
          const heard = hear(peer.nodeId, request)
          if (!heard.ok) return heard
        }
        if (request.ask === 'head') {
          const judged = log.judgeCheckpoint(request.checkpoint)
          if (!judged.ok) return report(peer.nodeId, judged)
          if (judged.value.relation === 'ahead') void pull(peer.nodeId)
          // Of the same size it may be fresher; an older one is ignored by the log.
          if (judged.value.relation === 'same') log.advance({ ...request, entries: [] })
        }
        return answerTrustRequest(log, request)
      })
      endings.push(log.onAdvance(announce))
      endings.push(scheduler.every(LIMITS.syncIntervalMs, compareWithRandomPeer))
    },
    stop() {
      for (const end of endings.splice(0)) end()
      for (const cancel of retries) cancel()
    }
  }
}
