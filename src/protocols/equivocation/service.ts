import { accept, type Verdict } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { createFlood, type Flood, type FloodComponents } from '../../overlay/flood.ts'
import type { StoredDoubts } from '../../trust/doubts.ts'
import type { Evidence } from '../../trust/equivocation.ts'
import { type EvidenceSource, judgeEvidence } from './handler.ts'
import { EQUIVOCATION, type EquivocationRequest, type EquivocationResponse } from './messages.ts'

export interface EquivocationComponents extends EvidenceSource, FloodComponents {
  readonly doubts: Pick<StoredDoubts, 'add' | 'all'>
  /** Once for each key, whatever becomes known of it later. */
  readonly onAlarm: (evidence: Evidence) => void
}

export interface EquivocationAlarm extends Omit<Flood<Uint8Array>, 'spread'> {
  /** Evidence from anywhere: our own log, a handshake, a peer. Faults of `judgeEvidence`. */
  hear(bytes: Uint8Array, from?: NodeId): Verdict<EquivocationResponse>
}

/**
 * Every node that learns of two histories keeps the evidence, raises an alarm, believes the key no
 * more, and passes the evidence on, once (SR-CFG-4).
 */
export function createEquivocationAlarm(components: EquivocationComponents): EquivocationAlarm {
  const { doubts, onAlarm } = components
  const flood = createFlood<Uint8Array, EquivocationRequest, EquivocationResponse>(components, {
    protocol: EQUIVOCATION,
    request: (evidence) => ({ evidence }),
    hear: ({ evidence }, from) => hear(evidence, from),
    known: () => doubts.all().map(({ evidence }) => evidence)
  })

  function hear(bytes: Uint8Array, from?: NodeId): Verdict<EquivocationResponse> {
    const judged = judgeEvidence(components, bytes)
    if (!judged.ok) return judged
    const evidence = judged.value
    if (doubts.add(evidence.signer, evidence.bytes)) {
      onAlarm(evidence)
      flood.spread([evidence.bytes], from)
    }
    return accept({})
  }

  return { ...flood, hear }
}
