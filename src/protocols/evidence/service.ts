import { fraction, type Random } from '../../crypto/random.ts'
import { parseText, toHex } from '../../encoding/bytes.ts'
import { accept, type Verdict } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Heard, ReportBook } from './book.ts'
import { EVIDENCE, type EvidenceRequest, type EvidenceResponse } from './messages.ts'

export interface EvidenceComponents {
  readonly overlay: Pick<Overlay, 'peers' | 'peer' | 'call' | 'serve'>
  readonly book: ReportBook
  readonly scheduler: Scheduler
  readonly random: Random
  readonly logger: Logger
  /** Acts on a report. Told again of every kept one at the start: a crash may have come between. */
  readonly onProved: (report: Heard) => void
}

export interface Evidence {
  start(): Promise<void>
  stop(): void
  /** A report that this node found or was given; faults of the book. Throws storage errors. */
  submit(bytes: Uint8Array): Verdict<Heard | undefined>
  /** Gives a peer what it lacks. */
  tellAll(nodeId: NodeId): Promise<void>
}

/**
 * Spreads proofs of misbehavior to every member: what is news goes to all peers but the one it came
 * from, and whoever connects, or was missed, is asked what it lacks. A report that proves nothing is
 * refused with its code, which counts against whoever sent it: an accuser verifies first.
 */
export function createEvidence(components: EvidenceComponents): Evidence {
  const { overlay, book, scheduler, random, logger, onProved } = components
  let stop: (() => void) | undefined

  function learn(bytes: Uint8Array, from: NodeId | undefined): Verdict<Heard | undefined> {
    const learned = book.learn(bytes, from)
    if (!learned.ok || learned.value === undefined) return learned
    const report = learned.value
    const { id, nodeId: accused, code } = report
    logger.warn('evidence.proved', { id, accused, code, from })
    // Told before it acts: a ban cuts whoever is banned, and nobody else.
    for (const { nodeId } of overlay.peers()) {
      if (nodeId !== from && nodeId !== accused) void tell(nodeId, report)
    }
    onProved(report)
    return learned
  }

  async function tell(nodeId: NodeId, { bytes }: Heard): Promise<void> {
    const answer = await overlay.call(nodeId, EVIDENCE, { ask: 'take', report: bytes })
    if (!answer.ok) logger.debug('evidence.not-told', { nodeId, code: answer.fault })
  }

  async function tellAll(nodeId: NodeId): Promise<void> {
    const reports = book.all().filter((report) => report.nodeId !== nodeId)
    for (let i = 0; i < reports.length; i += LIMITS.reportIdsPerMessageMax) {
      const page = reports.slice(i, i + LIMITS.reportIdsPerMessageMax)
      const ids = page.flatMap(({ id }) => bytesOfId(id))
      const answer = await overlay.call(nodeId, EVIDENCE, { ask: 'lacking', ids })
      if (!answer.ok || answer.value.ask !== 'lacking') return
      const lacking = new Set(answer.value.ids.map(toHex))
      for (const report of page) if (lacking.has(report.id)) await tell(nodeId, report)
    }
  }

  function answer(request: EvidenceRequest, from: NodeId): Verdict<EvidenceResponse> {
    if (request.ask === 'lacking') {
      return accept({ ask: 'lacking', ids: request.ids.filter((id) => !book.has(toHex(id))) })
    }
    const learned = learn(request.report, from)
    return learned.ok ? accept({ ask: 'take', isNew: learned.value !== undefined }) : learned
  }

  return {
    tellAll,
    submit: (bytes) => learn(bytes, undefined),
    async start() {
      for (const report of book.all()) onProved(report)
      await overlay.serve(EVIDENCE, async (request, peer) => answer(request, peer.nodeId))
      // Whoever was missed, or did not know the accused yet, is asked again.
      stop = scheduler.every(LIMITS.syncIntervalMs, () => {
        const peers = overlay.peers()
        const peer = peers[Math.floor(fraction(random) * peers.length)]
        if (peer !== undefined) void tellAll(peer.nodeId)
      })
    },
    stop: () => stop?.()
  }
}

function bytesOfId(id: string): readonly Uint8Array[] {
  const bytes = parseText(id, 'base16')
  return bytes.ok ? [bytes.value] : []
}
