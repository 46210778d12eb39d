import type { NodeId } from '../../identity/node-id.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { StoredDoubts } from '../../trust/doubts.ts'
import type { Evidence } from '../../trust/equivocation.ts'
import { type EvidenceSource, HEARD, judgeEvidence } from './handler.ts'
import { EQUIVOCATION } from './messages.ts'

export interface EquivocationComponents extends EvidenceSource {
  readonly overlay: Pick<Overlay, 'peers' | 'call' | 'serve'>
  readonly doubts: Pick<StoredDoubts, 'add' | 'all'>
  readonly logger: Logger
  /** Once for each key, whatever becomes known of it later. */
  readonly onAlarm: (evidence: Evidence) => void
}

export interface EquivocationAlarm {
  start(): Promise<void>
  /** Evidence from anywhere: our own log, a handshake, a peer. */
  hear(bytes: Uint8Array, from?: NodeId): void
  /** Tells a peer that has just connected everything that is known. */
  tellAll(nodeId: NodeId): void
}

/**
 * Every node that learns of two histories keeps the evidence, raises an alarm, believes the key no
 * more, and passes the evidence on, once (SR-CFG-4).
 */
export function createEquivocationAlarm(components: EquivocationComponents): EquivocationAlarm {
  const { overlay, doubts, logger, onAlarm } = components

  function take(evidence: Evidence, from: NodeId | undefined): void {
    if (!doubts.add(evidence.signer, evidence.bytes)) return
    onAlarm(evidence)
    for (const { nodeId } of overlay.peers()) if (nodeId !== from) void tell(nodeId, evidence.bytes)
  }

  async function tell(nodeId: NodeId, evidence: Uint8Array): Promise<void> {
    const answer = await overlay.call(nodeId, EQUIVOCATION, { evidence })
    if (!answer.ok) logger.debug('equivocation.not-told', { nodeId, code: answer.fault })
  }

  return {
    hear(bytes, from) {
      const judged = judgeEvidence(components, bytes)
      if (judged.ok) take(judged.value, from)
    },
    tellAll(nodeId) {
      for (const { evidence } of doubts.all()) void tell(nodeId, evidence)
    },
    async start() {
      await overlay.serve(EQUIVOCATION, async ({ evidence }, peer) => {
        const judged = judgeEvidence(components, evidence)
        if (!judged.ok) return judged
        take(judged.value, peer.nodeId)
        return HEARD
      })
    }
  }
}
