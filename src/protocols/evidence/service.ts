import { parseText, toHex } from '../../encoding/bytes.ts'
import { accept, type Verdict } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import { createFlood, type Flood, type FloodComponents } from '../../overlay/flood.ts'
import type { Heard, ReportBook } from './book.ts'
import { EVIDENCE, type EvidenceRequest, type EvidenceResponse } from './messages.ts'

export interface EvidenceComponents extends FloodComponents {
  readonly book: ReportBook
  /** Acts on a report. Told again of every kept one at the start: a crash may have come between. */
  readonly onProved: (report: Heard) => void
}

export interface Evidence extends Omit<Flood<Heard>, 'spread'> {
  /** A report that this node found or was given; faults of the book. Throws storage errors. */
  submit(bytes: Uint8Array): Verdict<Heard | undefined>
}

/**
 * Floods proofs of misbehavior; whoever connects, or was missed, is asked first what it lacks. A
 * report that proves nothing is refused with its code, which counts against whoever sent it: an
 * accuser verifies first.
 */
export function createEvidence(components: EvidenceComponents): Evidence {
  const { overlay, book, logger, onProved } = components
  const flood = createFlood<Heard, EvidenceRequest, EvidenceResponse>(components, {
    protocol: EVIDENCE,
    request: ({ bytes }) => ({ ask: 'take', report: bytes }),
    hear: answer,
    known: lackedBy,
    about: ({ nodeId }) => nodeId
  })

  function learn(bytes: Uint8Array, from?: NodeId): Verdict<Heard | undefined> {
    const learned = book.learn(bytes, from)
    if (!learned.ok || learned.value === undefined) return learned
    const report = learned.value
    const { id, nodeId: accused, code } = report
    logger.warn('evidence.proved', { id, accused, code, from })
    // Told before it acts: a ban cuts whoever is banned, and nobody else.
    flood.spread([report], from)
    onProved(report)
    return learned
  }

  async function lackedBy(nodeId: NodeId): Promise<readonly Heard[]> {
    const reports = book.all().filter((report) => report.nodeId !== nodeId)
    const lacked = new Set<string>()
    for (let i = 0; i < reports.length; i += LIMITS.reportIdsPerMessageMax) {
      const page = reports.slice(i, i + LIMITS.reportIdsPerMessageMax)
      const ids = page.flatMap(({ id }) => bytesOfId(id))
      const answer = await overlay.call(nodeId, EVIDENCE, { ask: 'lacking', ids })
      if (!answer.ok || answer.value.ask !== 'lacking') break
      for (const id of answer.value.ids) lacked.add(toHex(id))
    }
    return reports.filter(({ id }) => lacked.has(id))
  }

  function answer(request: EvidenceRequest, from: NodeId): Verdict<EvidenceResponse> {
    if (request.ask === 'lacking') {
      return accept({ ask: 'lacking', ids: request.ids.filter((id) => !book.has(toHex(id))) })
    }
    const learned = learn(request.report, from)
    return learned.ok ? accept({ ask: 'take', isNew: learned.value !== undefined }) : learned
  }

  return {
    ...flood,
    submit: (bytes) => learn(bytes),
    async start() {
      for (const report of book.all()) onProved(report)
      await flood.start()
    }
  }
}

function bytesOfId(id: string): readonly Uint8Array[] {
  const bytes = parseText(id, 'base16')
  return bytes.ok ? [bytes.value] : []
}
