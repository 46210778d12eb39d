import { accept } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { TwinProof } from '../../identity/sign-of-life.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Clock } from '../../time/clock.ts'
import { judgeTwins, type TwinSource } from './handler.ts'
import { TWINS } from './messages.ts'

export interface TwinAlarmComponents extends TwinSource {
  readonly overlay: Pick<Overlay, 'peers' | 'call' | 'serve'>
  readonly clock: Clock
  readonly logger: Logger
  /** Once in `LIMITS.twinsAgainMs` for each node, as long as both copies are alive. */
  readonly onAlarm: (nodeId: NodeId) => void
}

export interface TwinAlarm {
  start(): Promise<void>
  /** This node has found two processes with one key. */
  found(proof: TwinProof): void
}

/**
 * Raises an alarm where the key of a node is in use at two places, and passes the proof on to all
 * peers, the node itself included: whoever holds the authority key hears of it wherever the copies
 * have met. Nothing is kept: copies that go on are found again.
 */
export function createTwinAlarm(components: TwinAlarmComponents): TwinAlarm {
  const { overlay, clock, logger, onAlarm } = components
  const raised = new Map<NodeId, number>()

  function raise(nodeId: NodeId, proof: TwinProof, from: NodeId | undefined): void {
    const last = raised.get(nodeId)
    const now = clock.monotonic()
    if (last !== undefined && now - last < LIMITS.twinsAgainMs) return
    raised.set(nodeId, now)
    onAlarm(nodeId)
    for (const peer of overlay.peers()) if (peer.nodeId !== from) void tell(peer.nodeId, proof)
  }

  async function tell(nodeId: NodeId, [first, second, again]: TwinProof): Promise<void> {
    const answer = await overlay.call(nodeId, TWINS, { proof: [first, second, again] })
    if (!answer.ok) logger.debug('twins.not-told', { nodeId, code: answer.fault })
  }

  return {
    found(proof) {
      const verdict = judgeTwins(components, proof)
      if (verdict.ok) raise(verdict.value, proof, undefined)
    },
    async start() {
      await overlay.serve(TWINS, async ({ proof }, peer) => {
        const verdict = judgeTwins(components, proof)
        if (!verdict.ok) return verdict
        raise(verdict.value, proof, peer.nodeId)
        return accept({})
      })
    }
  }
}
