import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import { formatTime } from '../../time/clock.ts'
import type { EnrolledNode, Member } from '../../trust/members.ts'
import type { TrustState } from '../../trust/state.ts'
import type { Decide } from './decisions.ts'
import { pageOf } from './page.ts'
import { showRevocation, showSuspension } from './present.ts'

export interface MembersComponents {
  readonly state: TrustState
  readonly overlay: Pick<Overlay, 'peer' | 'nodeId'>
  readonly decide: Decide
}

export function createMembersApi({
  state,
  overlay,
  decide
}: MembersComponents): NodeApi['members'] {
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
    },
    async set({ member, dryRun, offline, waitMs, ...change }, { signal }) {
      const { groups, attributes } = changed(state.member(member), change)
      const receipt = await decide(
        { type: 'member-changed', member, groups, attributes },
        { dryRun, offline, waitMs, signal }
      )
      return { member, groups, attributes, ...receipt }
    },
    async suspend({ member, reason = '', dryRun, offline, waitMs }, { signal }) {
      const receipt = await decide(
        { type: 'member-suspended', member, reason },
        { dryRun, offline, waitMs, signal }
      )
      return { member, ...receipt }
    },
    async resume({ member, dryRun, offline, waitMs }, { signal }) {
      const options = { dryRun, offline, waitMs, signal }
      return { member, ...(await decide({ type: 'member-resumed', member }, options)) }
    },
    async remove({ member, reason = '', dryRun, offline, waitMs }, { signal }) {
      const target = { by: 'member', value: member } as const
      const receipt = await decide(
        { type: 'revoked', target, reason, approvals: [] },
        { dryRun, offline, waitMs, signal }
      )
      return { member, ...receipt }
    }
  }
}

interface MemberChange {
  readonly addGroups: readonly string[]
  readonly removeGroups: readonly string[]
  readonly setAttributes: Readonly<Record<string, string>>
  readonly removeAttributes: readonly string[]
}

/** An unknown member has nothing to change: the authority says so. */
function changed(member: Member | undefined, change: MemberChange) {
  const kept = (member?.groups ?? []).filter((group) => !change.removeGroups.includes(group))
  const facts = { ...member?.attributes, ...change.setAttributes }
  return {
    groups: [...new Set([...kept, ...change.addGroups])],
    attributes: Object.fromEntries(
      Object.entries(facts).filter(([key]) => !change.removeAttributes.includes(key))
    )
  }
}
