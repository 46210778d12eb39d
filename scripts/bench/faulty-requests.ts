import { refuse } from '../../src/encoding/verdict.ts'
import type { NodeId } from '../../src/identity/node-id.ts'
import {
  createRequests as createRealRequests,
  type RequestComponents,
  type Requests
} from '../../src/overlay/requests.ts'

export interface Faults {
  lossPercent: number
  /** A partition: nothing goes to other processes or comes from them. */
  isCutOff: boolean
  /** The only node that is heard, or hears anything; without it, all. */
  only?: string | undefined
}

/** What happens to the requests of this process. */
export const faults: Faults = { lossPercent: 0, isCutOff: false }

const here = new Set<string>()

/** Requests of which some never leave: lost ones, and in a partition all to other processes. */
export function createRequests(components: RequestComponents): Requests {
  const real = createRealRequests(components)
  here.add(String(components.libp2p.peerId))
  return {
    ...real,
    async call(nodeId, protocol, request, options) {
      if (isUnheard(nodeId) || Math.random() * 100 < faults.lossPercent) return refuse('TIMEOUT')
      return await real.call(nodeId, protocol, request, options)
    },
    async serve(protocol, handler) {
      await real.serve(protocol, async (request, peer, call) =>
        isUnheard(peer.nodeId) ? refuse('TIMEOUT') : handler(request, peer, call)
      )
    }
  }
}

function isUnheard(peer: NodeId): boolean {
  const isOut = faults.isCutOff && !here.has(peer)
  return isOut || (faults.only !== undefined && faults.only !== peer)
}
