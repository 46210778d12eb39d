import { accept } from '../../encoding/verdict.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { TwinProof } from '../../identity/sign-of-life.ts'
import { LIMITS } from '../../limits.ts'
import { createFlood, type Flood, type FloodComponents } from '../../overlay/flood.ts'
import type { Clock } from '../../time/clock.ts'
import { judgeTwins, type TwinSource } from './handler.ts'
import { TWINS, type TwinsRequest, type TwinsResponse } from './messages.ts'

export interface TwinAlarmComponents extends TwinSource, FloodComponents {
  readonly clock: Clock
  /** Once in `LIMITS.twinsAgainMs` for each node, as long as both copies are alive. */
  readonly onAlarm: (nodeId: NodeId) => void
}

export interface TwinAlarm extends Pick<Flood<TwinProof>, 'start' | 'stop'> {
  /** This node has found two processes with one key. */
  found(proof: TwinProof): void
}

/**
 * Raises an alarm where the key of a node is in use at two places, and floods the proof, the node
 * itself included: whoever holds the authority key hears of it wherever the copies have met.
 * Nothing is kept: copies that go on are found again.
 */
export function createTwinAlarm(components: TwinAlarmComponents): TwinAlarm {
  const { clock, onAlarm } = components
  const raised = new Map<NodeId, number>()
  const flood = createFlood<TwinProof, TwinsRequest, TwinsResponse>(components, {
    protocol: TWINS,
    request: ([first, second, again]) => ({ proof: [first, second, again] }),
    hear({ proof }, from) {
      const verdict = judgeTwins(components, proof)
      if (!verdict.ok) return verdict
      raise(verdict.value, proof, from)
      return accept({})
    },
    known: () => []
  })

  function raise(nodeId: NodeId, proof: TwinProof, from?: NodeId): void {
    const last = raised.get(nodeId)
    const now = clock.monotonic()
    if (last !== undefined && now - last < LIMITS.twinsAgainMs) return
    raised.set(nodeId, now)
    onAlarm(nodeId)
    flood.spread([proof], from)
  }

  return {
    start: flood.start,
    stop: flood.stop,
    found(proof) {
      const verdict = judgeTwins(components, proof)
      if (verdict.ok) raise(verdict.value, proof)
    }
  }
}
