import { PublicKey } from '../crypto/ed25519.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdOf } from '../identity/network-id.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { UnixMillis } from '../time/clock.ts'
import type {
  Genesis,
  MemberAdded,
  NodeEnrolled,
  RevocationTarget,
  Revoked,
  SignedEntry
} from './entry.ts'

export interface NetworkFacts {
  readonly id: NetworkId
  readonly name: string
  readonly createdAt: UnixMillis
}

export interface Revocation {
  readonly by: RevocationTarget['by']
  readonly value: string
  readonly reason: string
  readonly revokedAt: UnixMillis
  /** The entry that says so. */
  readonly index: number
}

export interface Member {
  readonly name: string
  readonly groups: readonly string[]
  readonly addedAt: UnixMillis
  readonly index: number
  readonly revoked: Revocation | undefined
}

export interface EnrolledNode {
  readonly nodeId: NodeId
  readonly member: string
  readonly node: string
  /** Of the certificate issued at enrollment, as is `notAfter`. */
  readonly serial: string
  readonly notAfter: UnixMillis
  readonly method: string
  readonly assurance: number
  /** Id of the invite that was used, or empty. */
  readonly invite: string
  readonly groups: readonly string[]
  readonly enrolledAt: UnixMillis
  readonly index: number
}

/** What a revocation can hit: a certificate through its serial, its node or its member. */
export interface RevocationSubject {
  readonly serial?: string
  readonly nodeId: NodeId
  readonly member: string
}

export type StateFault = 'TRUST_ENTRY_INVALID' | 'TRUST_SIGNER_NOT_ENTITLED' | 'WRONG_NETWORK'

/** The rules of the log by which an entry can be refused, in the `rule` of the detail. */
export type Rule =
  | 'genesis-first'
  | 'genesis-once'
  | 'genesis-index'
  | 'index-next'
  | 'time-forward'
  | 'member-new'
  | 'member-exists'
  | 'member-live'
  | 'node-new'
  | 'node-name-free'
  | 'serial-new'
  | 'invite-once'
  | 'end-after-start'
  | 'target-exists'
  | 'target-live'

/**
 * Who may do what in a network: a pure fold over the entries of its trust log. It knows nothing of
 * hashes, storage or the clock.
 */
export class TrustState {
  #size = 0
  #time: UnixMillis = 0
  #network: NetworkFacts | undefined
  #authorityKeys: readonly PublicKey[] = []
  readonly #members = new Map<string, Member>()
  readonly #nodes = new Map<NodeId, EnrolledNode>()
  readonly #nodesByName = new Map<string, EnrolledNode>()
  readonly #nodesBySerial = new Map<string, EnrolledNode>()
  readonly #nodesByInvite = new Map<string, EnrolledNode>()
  readonly #revocations = new Map<string, Revocation>()
  #live: readonly EnrolledNode[] | undefined
  #undo: (() => void)[] | undefined

  /** Number of entries applied. */
  get size(): number {
    return this.#size
  }

  /** The time of the newest entry; 0 before genesis. */
  get time(): UnixMillis {
    return this.#time
  }

  get network(): NetworkFacts | undefined {
    return this.#network
  }

  /** Keys that may sign the next entry and the next checkpoint. */
  get authorityKeys(): readonly PublicKey[] {
    return this.#authorityKeys
  }

  isAuthorityKey(key: PublicKey): boolean {
    return this.#authorityKeys.some((known) => known.equals(key))
  }

  /** In the order in which they were added, revoked ones included. */
  members(): readonly Member[] {
    return [...this.#members.values()]
  }

  member(name: string): Member | undefined {
    return this.#members.get(name)
  }

  /** Every node ever enrolled, in order. */
  nodes(): readonly EnrolledNode[] {
    return [...this.#nodes.values()]
  }

  /** Enrolled nodes that are not revoked, in order. The same array until the state changes. */
  liveNodes(): readonly EnrolledNode[] {
    this.#live ??= this.nodes().filter((node) => !this.isRevoked(node))
    return this.#live
  }

  node(nodeId: NodeId): EnrolledNode | undefined {
    return this.#nodes.get(nodeId)
  }

  /** The newest node of this name; whether it is revoked is another question. */
  nodeNamed(member: string, node: string): EnrolledNode | undefined {
    return this.#nodesByName.get(nameKey(member, node))
  }

  nodeWithSerial(serial: string): EnrolledNode | undefined {
    return this.#nodesBySerial.get(serial)
  }

  /** The node that was enrolled by this invite. */
  nodeInvitedBy(invite: string): EnrolledNode | undefined {
    return this.#nodesByInvite.get(invite)
  }

  isRevoked(subject: RevocationSubject): boolean {
    return this.revocationOf(subject) !== undefined
  }

  /** The widest revocation that covers the subject: of its member, its node or its serial. */
  revocationOf({ serial, nodeId, member }: RevocationSubject): Revocation | undefined {
    return (
      this.#revocations.get(revocationKey('member', member)) ??
      this.#revocations.get(revocationKey('node', nodeId)) ??
      (serial === undefined ? undefined : this.#revocations.get(revocationKey('serial', serial)))
    )
  }

  /**
   * Applies the next entry, whose signature was verified, or changes nothing.
   *
   * Faults: `TRUST_ENTRY_INVALID` with the broken {@link Rule}, `TRUST_SIGNER_NOT_ENTITLED`,
   * `WRONG_NETWORK`.
   */
  apply(signed: SignedEntry): Verdict<void, StateFault> {
    const refusal = this.#judge(signed)
    if (refusal !== undefined) return refusal
    const { entry } = signed
    switch (entry.type) {
      case 'genesis':
        this.#create(entry, signed)
        break
      case 'member-added':
        this.#addMember(entry)
        break
      case 'node-enrolled':
        this.#enroll(entry)
        break
      case 'revoked':
        this.#revoke(entry)
        break
    }
    this.#size++
    this.#time = entry.time
    this.#live = undefined
    return accept(undefined)
  }

  /**
   * Runs `run`, which applies any number of entries, as one step: when it refuses or throws, the
   * state is as it was before. Costs as much as what `run` changed, whatever the size.
   */
  attempt<T>(run: () => Verdict<T>): Verdict<T> {
    if (this.#undo !== undefined) throw new Error('an attempt cannot contain another')
    const undo: (() => void)[] = []
    const [size, time, network, keys] = [this.#size, this.#time, this.#network, this.#authorityKeys]
    this.#undo = undo
    let kept = false
    try {
      const verdict = run()
      kept = verdict.ok
      return verdict
    } finally {
      this.#undo = undefined
      if (!kept) {
        for (const step of undo.reverse()) step()
        this.#size = size
        this.#time = time
        this.#network = network
        this.#authorityKeys = keys
        this.#live = undefined
      }
    }
  }

  #judge({ entry, signer }: SignedEntry): Refused<StateFault> | undefined {
    if (this.#network === undefined) {
      if (entry.type !== 'genesis') return broken('genesis-first')
      if (entry.index !== 0) return broken('genesis-index')
      const names = new PublicKey(entry.authorityKey)
      return names.equals(signer) ? undefined : refuse('TRUST_SIGNER_NOT_ENTITLED')
    }
    if (entry.type === 'genesis') return broken('genesis-once')
    if (entry.network !== this.#network.id) return refuse('WRONG_NETWORK')
    if (entry.index !== this.#size) return broken('index-next')
    if (!this.isAuthorityKey(signer)) return refuse('TRUST_SIGNER_NOT_ENTITLED')
    if (entry.time < this.#time) return broken('time-forward')
    const rule = this.#brokenRule(entry)
    return rule === undefined ? undefined : broken(rule)
  }

  #brokenRule(entry: MemberAdded | NodeEnrolled | Revoked): Rule | undefined {
    switch (entry.type) {
      case 'member-added':
        return this.#members.has(entry.member) ? 'member-new' : undefined
      case 'node-enrolled':
        return this.#brokenEnrollmentRule(entry)
      case 'revoked':
        return this.#brokenRevocationRule(entry.target)
    }
  }

  #brokenEnrollmentRule(entry: NodeEnrolled): Rule | undefined {
    const member = this.#members.get(entry.member)
    if (member === undefined) return 'member-exists'
    if (member.revoked !== undefined) return 'member-live'
    if (this.#nodes.has(entry.nodeId)) return 'node-new'
    const namesake = this.nodeNamed(entry.member, entry.node)
    if (namesake !== undefined && !this.isRevoked(namesake)) return 'node-name-free'
    if (this.#nodesBySerial.has(entry.serial)) return 'serial-new'
    if (entry.invite !== '' && this.#nodesByInvite.has(entry.invite)) return 'invite-once'
    return entry.notAfter > entry.time ? undefined : 'end-after-start'
  }

  #brokenRevocationRule(target: RevocationTarget): Rule | undefined {
    switch (target.by) {
      case 'member': {
        const member = this.#members.get(target.value)
        if (member === undefined) return 'target-exists'
        return member.revoked === undefined ? undefined : 'target-live'
      }
      case 'node': {
        const node = this.#nodes.get(target.value)
        if (node === undefined) return 'target-exists'
        // A revoked certificate leaves the node itself to be revoked.
        const { nodeId, member } = node
        return this.isRevoked({ nodeId, member }) ? 'target-live' : undefined
      }
      case 'serial': {
        const node = this.#nodesBySerial.get(target.value)
        if (node === undefined) return 'target-exists'
        return this.isRevoked(node) ? 'target-live' : undefined
      }
    }
  }

  #create(entry: Genesis, { hash, signer }: SignedEntry): void {
    this.#network = { id: networkIdOf(hash), name: entry.name, createdAt: entry.time }
    this.#authorityKeys = [signer]
  }

  #addMember({ member, groups, time, index }: MemberAdded): void {
    const added = { name: member, groups, addedAt: time, index, revoked: undefined }
    this.#set(this.#members, member, added)
  }

  #enroll(entry: NodeEnrolled): void {
    const { nodeId, member, node, serial, notAfter, method, assurance, invite, index } = entry
    const groups = this.#members.get(member)?.groups ?? []
    const about = { nodeId, member, node, serial, notAfter, method, assurance, invite, groups }
    const enrolled: EnrolledNode = { ...about, enrolledAt: entry.time, index }
    this.#set(this.#nodes, nodeId, enrolled)
    this.#set(this.#nodesByName, nameKey(member, node), enrolled)
    this.#set(this.#nodesBySerial, serial, enrolled)
    if (invite !== '') this.#set(this.#nodesByInvite, invite, enrolled)
  }

  #revoke({ target: { by, value }, reason, time, index }: Revoked): void {
    const revocation: Revocation = { by, value, reason, revokedAt: time, index }
    this.#set(this.#revocations, revocationKey(by, value), revocation)
    const member = by === 'member' ? this.#members.get(value) : undefined
    if (member !== undefined) {
      this.#set(this.#members, member.name, { ...member, revoked: revocation })
    }
  }

  /** The only way a map changes, so that an attempt can be taken back. */
  #set<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key)
    this.#undo?.push(() => {
      if (before === undefined) map.delete(key)
      else map.set(key, before)
    })
    map.set(key, value)
  }
}

function broken(rule: Rule): Refused<'TRUST_ENTRY_INVALID'> {
  return refuse('TRUST_ENTRY_INVALID', { rule })
}

/** Names are DNS labels: none contains the separator. */
function nameKey(member: string, node: string): string {
  return `${member}/${node}`
}

function revocationKey(by: RevocationTarget['by'], value: string): string {
  return `${by}/${value}`
}
