import type { NodeApi } from '../../control/node-api.ts'
import { type ErrorCode, PeerageError } from '../../errors.ts'
import { type NodeId, parseNodeId } from '../../identity/node-id.ts'
import type { ConnectedPeer, Overlay } from '../../overlay/overlay-api.ts'
import type { Diagnostics } from '../../protocols/diagnostics/index.ts'
import type { Standing } from '../../reputation/standing.ts'
import { formatTime } from '../../time/clock.ts'
import type { EnrolledNode } from '../../trust/members.ts'
import type { TrustState } from '../../trust/state.ts'
import { pageOf } from './page.ts'
import { resolveNode } from './resolve-node.ts'

export interface PeersComponents {
  readonly state: TrustState
  readonly overlay: Overlay
  readonly diagnostics: Pick<Diagnostics, 'ask'>
  /** Addresses that the node itself has signed, as far as known here. */
  readonly knownAddresses: (nodeId: NodeId) => readonly string[]
  readonly standingOf: (member: string) => { standing: Standing; standingReason: string }
}

export function createPeersApi({
  state,
  overlay,
  diagnostics,
  knownAddresses,
  standingOf
}: PeersComponents): Omit<NodeApi['peers'], 'ban' | 'unban' | 'allow'> {
  const show = (node: EnrolledNode) => {
    const peer = overlay.peer(node.nodeId)
    const { serial, notAfter } = peer?.certificate ?? node
    return {
      nodeId: node.nodeId,
      node: node.node,
      member: node.member,
      connected: peer !== undefined,
      addresses: [...(peer?.addresses ?? knownAddresses(node.nodeId))],
      certificate: { serial, notAfter: formatTime(notAfter) },
      ...standingOf(node.member)
    }
  }

  const showMore = (node: EnrolledNode, peer: ConnectedPeer | undefined) => ({
    ...show(node),
    groups: [...state.groupsOf(node.member)],
    ...(peer === undefined
      ? {}
      : { direction: peer.direction, connectedSince: formatTime(peer.since) })
  })

  return {
    async list({ connected, ...page }) {
      const others = state.liveNodes().filter((node) => node.nodeId !== overlay.nodeId)
      const chosen =
        connected === undefined
          ? others
          : others.filter((node) => (overlay.peer(node.nodeId) !== undefined) === connected)
      return pageOf(chosen, page, show)
    },
    async show({ peer: reference }) {
      const node = resolveNode(state, reference)
      return showMore(node, overlay.peer(node.nodeId))
    },
    async connect({ peer: reference, address }, { signal }) {
      const nodeId = dialable(reference)
      const addresses = address === undefined ? knownAddresses(nodeId) : [address]
      const connected = await overlay.connect(nodeId, addresses, { signal })
      if (!connected.ok) throw refusal(connected.fault, nodeId, connected.detail)
      return showMore(resolveNode(state, nodeId), connected.value)
    },
    async disconnect({ peer: reference }) {
      const { nodeId } = resolveNode(state, reference)
      const disconnected = overlay.peer(nodeId) !== undefined
      await overlay.disconnect(nodeId, 'DISCONNECTED')
      return { nodeId, disconnected }
    },
    async ping({ peer: reference }, { signal }) {
      const { nodeId } = resolveNode(state, reference)
      const answer = await overlay.ping(nodeId, { signal })
      if (!answer.ok) throw refusal(answer.fault, nodeId, answer.detail)
      return { nodeId, roundTripMs: answer.value }
    },
    async diagnose({ peer: reference, kinds, expiresInMs }, { signal }) {
      const { nodeId } = resolveNode(state, reference)
      const answer = await diagnostics.ask(nodeId, kinds, expiresInMs, { signal })
      if (!answer.ok) throw refusal(answer.fault, nodeId, answer.detail)
      return { nodeId, ...answer.value }
    }
  }

  /** A node id may be dialed before its enrollment has reached this node. */
  function dialable(reference: string): NodeId {
    const nodeId = parseNodeId(reference)
    return nodeId.ok ? nodeId.value : resolveNode(state, reference).nodeId
  }
}

function refusal(
  code: ErrorCode,
  nodeId: NodeId,
  detail: Readonly<Record<string, string | number | boolean>> = {}
): PeerageError {
  return new PeerageError(code, { ...detail, nodeId })
}
