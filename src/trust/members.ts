import type { NodeId } from '../identity/node-id.ts'
import type { UnixMillis } from '../time/clock.ts'
import type {
  MemberAdded,
  MemberChanged,
  MemberResumed,
  MemberSuspended,
  NodeEnrolled,
  RevocationTarget,
  Revoked
} from './entry.ts'
import type { Rule } from './rule.ts'
import { UndoCell, type UndoLog, UndoMap } from './undo.ts'

export interface Revocation {
  readonly by: RevocationTarget['by']
  readonly value: string
  readonly reason: string
  readonly revokedAt: UnixMillis
  /** The entry that says so. */
  readonly index: number
}

export interface Suspension {
  readonly member: string
  readonly reason: string
  readonly suspendedAt: UnixMillis
  readonly index: number
}

/** What a node has said about itself in advance (break-glass); no entry says so yet. */
export interface Withdrawal {
  readonly nodeId: NodeId
  /** When this node learned of it. */
  readonly revokedAt: UnixMillis
}

/** Why somebody has no place in the network, for good or for now. */
export type Exclusion =
  | ({ readonly code: 'CERTIFICATE_REVOKED' } & (Revocation | Withdrawal))
  | ({ readonly code: 'MEMBER_SUSPENDED' } & Suspension)

export interface Member {
  readonly name: string
  readonly groups: readonly string[]
  readonly attributes: Readonly<Record<string, string>>
  readonly addedAt: UnixMillis
  /** Of the entry that added it. */
  readonly index: number
  readonly suspended: Suspension | undefined
  readonly revoked: Revocation | undefined
}

export interface EnrolledNode {
  readonly nodeId: NodeId
  readonly member: string
  readonly node: string
  /** Of the certificate issued at enrollment, as is `notAfter`; renewals are not in the log. */
  readonly serial: string
  readonly notAfter: UnixMillis
  readonly method: string
  readonly assurance: number
  /** Id of the invite that was used, or empty. */
  readonly invite: string
  readonly enrolledAt: UnixMillis
  readonly index: number
}

/** What can be excluded: a certificate through its serial, its node or its member. */
export interface ExclusionSubject {
  readonly serial?: string
  readonly nodeId: NodeId
  readonly member: string
}

/** Members, their nodes, and who of them is out: a fold over the entries that are about them. */
export class Members {
  readonly #members: UndoMap<string, Member>
  readonly #nodes: UndoMap<NodeId, EnrolledNode>
  readonly #nodesByName: UndoMap<string, EnrolledNode>
  readonly #nodesBySerial: UndoMap<string, EnrolledNode>
  readonly #nodesByInvite: UndoMap<string, EnrolledNode>
  readonly #revocations: UndoMap<string, Revocation>
  readonly #live: UndoCell<readonly EnrolledNode[] | undefined>

  constructor(undo: UndoLog) {
    this.#members = new UndoMap(undo)
    this.#nodes = new UndoMap(undo)
    this.#nodesByName = new UndoMap(undo)
    this.#nodesBySerial = new UndoMap(undo)
    this.#nodesByInvite = new UndoMap(undo)
    this.#revocations = new UndoMap(undo)
    this.#live = new UndoCell<readonly EnrolledNode[] | undefined>(undo, undefined)
  }

  all(): readonly Member[] {
    return this.#members.values()
  }

  get(name: string): Member | undefined {
    return this.#members.get(name)
  }

  nodes(): readonly EnrolledNode[] {
    return this.#nodes.values()
  }

  liveNodes(): readonly EnrolledNode[] {
    const known = this.#live.get()
    if (known !== undefined) return known
    const live = this.nodes().filter((node) => this.exclusionOf(node) === undefined)
    this.#live.set(live)
    return live
  }

  node(nodeId: NodeId): EnrolledNode | undefined {
    return this.#nodes.get(nodeId)
  }

  nodeNamed(member: string, node: string): EnrolledNode | undefined {
    return this.#nodesByName.get(nameKey(member, node))
  }

  nodeWithSerial(serial: string): EnrolledNode | undefined {
    return this.#nodesBySerial.get(serial)
  }

  nodeInvitedBy(invite: string): EnrolledNode | undefined {
    return this.#nodesByInvite.get(invite)
  }

  revocationOf({ serial, nodeId, member }: ExclusionSubject): Revocation | undefined {
    return (
      this.#revocations.get(revocationKey('member', member)) ??
      this.#revocations.get(revocationKey('node', nodeId)) ??
      (serial === undefined ? undefined : this.#revocations.get(revocationKey('serial', serial)))
    )
  }

  exclusionOf(subject: ExclusionSubject): Exclusion | undefined {
    const revocation = this.revocationOf(subject)
    if (revocation !== undefined) return { code: 'CERTIFICATE_REVOKED', ...revocation }
    const suspension = this.#members.get(subject.member)?.suspended
    return suspension === undefined ? undefined : { code: 'MEMBER_SUSPENDED', ...suspension }
  }

  /** The rule that an entry about an existing member, which is not revoked, would break. */
  brokenMemberRule(
    entry: MemberAdded | MemberChanged | MemberSuspended | MemberResumed
  ): Rule | undefined {
    const member = this.#members.get(entry.member)
    if (entry.type === 'member-added') return member === undefined ? undefined : 'member-new'
    if (member === undefined) return 'member-exists'
    if (member.revoked !== undefined) return 'member-live'
    const isSuspended = member.suspended !== undefined
    if (entry.type === 'member-suspended' && isSuspended) return 'member-not-suspended'
    if (entry.type === 'member-resumed' && !isSuspended) return 'member-suspended'
    return undefined
  }

  brokenEnrollmentRule(entry: NodeEnrolled): Rule | undefined {
    const member = this.#members.get(entry.member)
    if (member === undefined) return 'member-exists'
    if (member.revoked !== undefined) return 'member-live'
    if (member.suspended !== undefined) return 'member-not-suspended'
    if (this.#nodes.has(entry.nodeId)) return 'node-new'
    const namesake = this.nodeNamed(entry.member, entry.node)
    if (namesake !== undefined && this.revocationOf(namesake) === undefined) return 'node-name-free'
    if (this.#nodesBySerial.has(entry.serial)) return 'serial-new'
    if (this.#revocations.has(revocationKey('serial', entry.serial))) return 'serial-new'
    if (entry.invite !== '' && this.#nodesByInvite.has(entry.invite)) return 'invite-once'
    return entry.notAfter > entry.time ? undefined : 'end-after-start'
  }

  brokenRevocationRule({ by, value }: RevocationTarget): Rule | undefined {
    switch (by) {
      case 'member': {
        const member = this.#members.get(value)
        if (member === undefined) return 'target-exists'
        return member.revoked === undefined ? undefined : 'target-live'
      }
      case 'node': {
        const node = this.#nodes.get(value as NodeId)
        if (node === undefined) return 'target-exists'
        // A revoked certificate leaves the node itself to be revoked.
        const { nodeId, member } = node
        const revocation = this.revocationOf({ nodeId, member })
        return revocation === undefined ? undefined : 'target-live'
      }
      case 'serial': {
        // Serials of renewed certificates are not in the log: an unknown one may be revoked.
        const node = this.#nodesBySerial.get(value)
        const isRevoked =
          this.#revocations.has(revocationKey(by, value)) ||
          (node !== undefined && this.revocationOf(node) !== undefined)
        return isRevoked ? 'target-live' : undefined
      }
    }
  }

  add({ member: name, groups, attributes, time, index }: MemberAdded): void {
    const stamp = { addedAt: time, index, suspended: undefined, revoked: undefined }
    this.#members.set(name, { name, groups, attributes, ...stamp })
  }

  change({ member: name, groups, attributes }: MemberChanged): void {
    this.#update(name, { groups, attributes })
  }

  suspend({ member, reason, time, index }: MemberSuspended): void {
    this.#update(member, { suspended: { member, reason, suspendedAt: time, index } })
    this.#live.set(undefined)
  }

  resume({ member }: MemberResumed): void {
    this.#update(member, { suspended: undefined })
    this.#live.set(undefined)
  }

  enroll(entry: NodeEnrolled): void {
    const { nodeId, member, node, serial, notAfter, method, assurance, invite, index } = entry
    const about = { nodeId, member, node, serial, notAfter, method, assurance, invite }
    const enrolled: EnrolledNode = { ...about, enrolledAt: entry.time, index }
    this.#nodes.set(nodeId, enrolled)
    this.#nodesByName.set(nameKey(member, node), enrolled)
    this.#nodesBySerial.set(serial, enrolled)
    if (invite !== '') this.#nodesByInvite.set(invite, enrolled)
    this.#live.set(undefined)
  }

  revoke({ target: { by, value }, reason, time, index }: Revoked): void {
    const revocation: Revocation = { by, value, reason, revokedAt: time, index }
    this.#revocations.set(revocationKey(by, value), revocation)
    if (by === 'member') this.#update(value, { revoked: revocation })
    this.#live.set(undefined)
  }

  #update(name: string, change: Partial<Member>): void {
    const member = this.#members.get(name)
    if (member !== undefined) this.#members.set(name, { ...member, ...change })
  }
}

/** Names are DNS labels: none contains the separator. */
function nameKey(member: string, node: string): string {
  return `${member}/${node}`
}

function revocationKey(by: RevocationTarget['by'], value: string): string {
  return `${by}/${value}`
}
