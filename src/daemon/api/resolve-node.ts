import { PeerageError } from '../../errors.ts'
import { parseNodeId } from '../../identity/node-id.ts'
import type { EnrolledNode } from '../../trust/members.ts'
import type { TrustState } from '../../trust/state.ts'

/**
 * The node behind what a person typed: a node id, `member/node`, or a node name that only one
 * member has. Revoked nodes are found too, live ones first.
 *
 * Throws `NODE_UNKNOWN`, and `INVALID_ARGUMENT` with the candidates where the name is ambiguous.
 */
export function resolveNode(state: TrustState, reference: string): EnrolledNode {
  const nodeId = parseNodeId(reference)
  if (nodeId.ok) return state.node(nodeId.value) ?? unknown(reference)
  const [member, node, ...rest] = reference.split('/')
  if (node !== undefined) {
    if (rest.length > 0 || member === undefined) return unknown(reference)
    return state.nodeNamed(member, node) ?? unknown(reference)
  }
  const live = state.liveNodes().filter((candidate) => candidate.node === reference)
  const found = live.length > 0 ? live : state.nodes().filter((node) => node.node === reference)
  const [only, ...others] = found
  if (only === undefined) return unknown(reference)
  if (others.length > 0) {
    const candidates = found.map(({ member, node }) => `${member}/${node}`)
    throw new PeerageError('INVALID_ARGUMENT', { argument: reference, candidates })
  }
  return only
}

function unknown(reference: string): never {
  throw new PeerageError('NODE_UNKNOWN', { node: reference })
}
