import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import { formatTime } from '../../time/clock.ts'
import type { EnrolledNode, Member } from '../../trust/members.ts'
import type { TrustState } from '../../trust/state.ts'
import { pageOf } from './page.ts'
import { showRevocation, showSuspension } from './present.ts'

export function createMembersApi(
  state: TrustState,
  overlay: Pick<Overlay, 'peer' | 'nodeId'>
): NodeApi['members'] {
  const nodesOf = (member: string) => state.nodes().filter((node) => node.member === member)

  const showMember = ({ name, groups, attributes, addedAt, suspended, revoked }: Member) => ({
    member: name,
    groups: [...groups],
    attributes: { ...attributes },
    addedAt: formatTime(addedAt),
    ...(suspended === undefined ? {} : { suspended: showSuspension(suspended) }),
    ...(revoked === undefined ? {} : { revoked: showRevocation(revoked) })
  })

  const showNode = (node: EnrolledNode) => {
    const peer = overlay.peer(node.nodeId)
    const { serial, notAfter } = peer?.certificate ?? node
    const revocation = state.revocationOf(node)
    return {
      nodeId: node.nodeId,
      node: node.node,
      connected: peer !== undefined || node.nodeId === overlay.nodeId,
      enrolledAt: formatTime(node.enrolledAt),
      certificate: { serial, notAfter: formatTime(notAfter) },
      ...(revocation === undefined ? {} : { revoked: showRevocation(revocation) })
    }
  }

  return {
    async list(params) {
      return pageOf(state.members(), params, (member) => ({
        ...showMember(member),
        nodes: nodesOf(member.name).length
      }))
    },
    async show({ member: name }) {
      const member = state.member(name)
      if (member === undefined) throw new PeerageError('MEMBER_UNKNOWN', { member: name })
      return { ...showMember(member), nodes: nodesOf(name).map(showNode) }
    }
  }
}
