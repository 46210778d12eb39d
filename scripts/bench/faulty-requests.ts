import { refuse } from '../../src/encoding/verdict.ts'
import type { NodeId } from '../../src/identity/node-id.ts'
import {
  createRequests as createRealRequests,
  type RequestComponents,
  type Requests
} from '../../src/overlay/requests.ts'

/** What happens to the requests of this process. */
export const faults = { lossPercent: 0, isCutOff: false }

const here = new Set<string>()

/** Requests of which some never leave: lost ones, and in a partition all to other processes. */
export function createRequests(components: RequestComponents): Requests {
  const real = createRealRequests(components)
  here.add(String(components.libp2p.peerId))
  return {
    ...real,
    async call(nodeId, protocol, request, options) {
      if (isLost(nodeId)) return refuse('TIMEOUT')
      return await real.call(nodeId, protocol, request, options)
    },
    async serve(protocol, handler) {
      await real.serve(protocol, async (request, peer, call) =>
        isLost(peer.nodeId) ? refuse('TIMEOUT') : handler(request, peer, call)
      )
    }
  }
}

function isLost(peer: NodeId): boolean {
  const isOut = faults.isCutOff && !here.has(peer)
  return isOut || Math.random() * 100 < faults.lossPercent
}
