import { PublicKey } from '../crypto/ed25519.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { type NetworkId, networkIdOf } from '../identity/network-id.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { UnixMillis } from '../time/clock.ts'
import { Approvers, type Consent } from './approvers.ts'
import {
  type AuthorityKey,
  AuthorityKeys,
  type KeyStanding,
  type SuccessionStep
} from './authority-keys.ts'
import type { Genesis, SignedEntry, TrustEntry } from './entry.ts'
import type { KindDeclaration } from './kind-declaration.ts'
import {
  type EnrolledNode,
  type Exclusion,
  type ExclusionSubject,
  type Member,
  Members,
  type Revocation
} from './members.ts'
import { broken, type Rule } from './rule.ts'
import { UndoCell, UndoLog, UndoMap } from './undo.ts'
import { Withdrawals } from './withdrawals.ts'

export interface NetworkFacts {
  readonly id: NetworkId
  readonly name: string
  readonly createdAt: UnixMillis
}

export interface DeclaredKind {
  readonly declaration: KindDeclaration
  readonly declaredAt: UnixMillis
  /** Of the entry that declared it last. */
  readonly index: number
  readonly retiredAt: UnixMillis | undefined
}

export interface Policy {
  readonly text: string
  readonly setAt: UnixMillis
  readonly index: number
}

export type StateFault = 'TRUST_ENTRY_INVALID' | 'TRUST_SIGNER_NOT_ENTITLED' | 'WRONG_NETWORK'

/**
 * Who may do what in a network: a pure fold over the entries of its trust log. It knows nothing of
 * hashes, storage or the clock.
 */
export class TrustState {
  readonly #undo = new UndoLog()
  readonly #size = new UndoCell(this.#undo, 0)
  readonly #time = new UndoCell<UnixMillis>(this.#undo, 0)
  readonly #network = new UndoCell<NetworkFacts | undefined>(this.#undo, undefined)
  readonly #members = new Members(this.#undo)
  readonly #keys = new AuthorityKeys(this.#undo)
  readonly #approvers = new Approvers(this.#undo)
  readonly #kinds = new UndoMap<string, DeclaredKind>(this.#undo)
  readonly #policy = new UndoCell<Policy | undefined>(this.#undo, undefined)
  /** Beside the fold: no rule reads it, since it differs from node to node. */
  readonly #withdrawals = new Withdrawals()

  /** Number of entries applied. */
  get size(): number {
    return this.#size.get()
  }

  /** The time of the newest entry; 0 before genesis. */
  get time(): UnixMillis {
    return this.#time.get()
  }

  get network(): NetworkFacts | undefined {
    return this.#network.get()
  }

  /** The one key that may sign the next entry and the next checkpoint. */
  get signingKey(): PublicKey | undefined {
    return this.#keys.active
  }

  /** When that key came into office. */
  get signingKeySince(): UnixMillis {
    return this.#keys.activeSince
  }

  /** Undefined for a key that the network has never heard of. */
  keyStanding(key: PublicKey): KeyStanding | undefined {
    return this.#keys.standing(key)
  }

  isSigningKey(key: PublicKey): boolean {
    return this.#keys.isActive(key)
  }

  /** In charge now or once. */
  wasInOffice(key: PublicKey): boolean {
    return !this.mayComeIntoOffice(key)
  }

  /** Prepared, or not known here yet: entries that follow can put it in charge. */
  mayComeIntoOffice(key: PublicKey): boolean {
    const standing = this.#keys.standing(key)
    return standing === undefined || standing === 'prepared'
  }

  /** Keys whose certificates and invites are good: the active, retired and tainted ones. */
  get authorityKeys(): readonly PublicKey[] {
    return this.#keys.certifying
  }

  isAuthorityKey(key: PublicKey): boolean {
    return this.authorityKeys.some((known) => known.equals(key))
  }

  /** Every authority key ever named, in order, with what became of it. */
  keyHistory(): readonly AuthorityKey[] {
    return this.#keys.all()
  }

  /** The newest entries that prepared an authority key or put one in charge, in order. */
  get succession(): readonly SuccessionStep[] {
    return this.#keys.succession
  }

  /** May sign nothing but `recovered`. */
  get recoveryKey(): PublicKey | undefined {
    return this.#keys.recovery
  }

  /** Whose consent grave entries need. */
  get consent(): Consent {
    return this.#approvers.consent
  }

  /** Whether the proposal of this id, in hex, has become an entry. */
  isCarriedOut(proposal: string): boolean {
    return this.#approvers.isUsed(proposal)
  }

  /** In the order in which they were added, revoked ones included. */
  members(): readonly Member[] {
    return this.#members.all()
  }

  member(name: string): Member | undefined {
    return this.#members.get(name)
  }

  /** Of a member, now; none for a name that is no member. */
  groupsOf(member: string): readonly string[] {
    return this.member(member)?.groups ?? []
  }

  /** Every node ever enrolled, in order. */
  nodes(): readonly EnrolledNode[] {
    return this.#members.nodes()
  }

  /** Enrolled nodes that are not excluded, in order. The same array until that changes. */
  liveNodes(): readonly EnrolledNode[] {
    return this.#withdrawals.without(this.#members.liveNodes())
  }

  node(nodeId: NodeId): EnrolledNode | undefined {
    return this.#members.node(nodeId)
  }

  /** The newest node of this name; whether it is revoked is another question. */
  nodeNamed(member: string, node: string): EnrolledNode | undefined {
    return this.#members.nodeNamed(member, node)
  }

  /** By the serial of the certificate issued at enrollment. */
  nodeWithSerial(serial: string): EnrolledNode | undefined {
    return this.#members.nodeWithSerial(serial)
  }

  /** The node that was enrolled by this invite. */
  nodeInvitedBy(invite: string): EnrolledNode | undefined {
    return this.#members.nodeInvitedBy(invite)
  }

  isRevoked(subject: ExclusionSubject): boolean {
    return this.revocationOf(subject) !== undefined
  }

  /** The widest revocation that covers the subject: of its member, its node or its serial. */
  revocationOf(subject: ExclusionSubject): Revocation | undefined {
    return this.#members.revocationOf(subject)
  }

  /**
   * Why the subject has no place in the network: a revocation, what the node has said itself, or the
   * suspension of its member.
   */
  exclusionOf(subject: ExclusionSubject): Exclusion | undefined {
    return this.#members.exclusionOf(subject) ?? this.#withdrawals.of(subject.nodeId)
  }

  /** The node has revoked itself: it is out here, and everywhere by the entry that follows. */
  withdraw(nodeId: NodeId, at: UnixMillis): void {
    this.#withdrawals.add(nodeId, at)
  }

  isExcluded(subject: ExclusionSubject): boolean {
    return this.exclusionOf(subject) !== undefined
  }

  /** Every kind ever declared, in order, retired ones included. */
  kinds(): readonly DeclaredKind[] {
    return this.#kinds.values()
  }

  kind(name: string): DeclaredKind | undefined {
    return this.#kinds.get(name)
  }

  get policy(): Policy | undefined {
    return this.#policy.get()
  }

  /**
   * Applies the next entry, whose signatures were verified, or changes nothing.
   *
   * Faults: `TRUST_ENTRY_INVALID` with the broken {@link Rule}, `TRUST_SIGNER_NOT_ENTITLED`,
   * `WRONG_NETWORK`.
   */
  apply(signed: SignedEntry): Verdict<void, StateFault> {
    const refusal = this.#judge(signed)
    if (refusal !== undefined) return refusal
    const { entry, approvers } = signed
    this.#change(entry, signed)
    this.#approvers.use(approvers, entry.index)
    this.#size.set(this.size + 1)
    this.#time.set(entry.time)
    return accept(undefined)
  }

  /**
   * Runs `run`, which applies any number of entries, as one step: when it refuses or throws, the
   * state is as it was before. Costs as much as what `run` changed, whatever the size.
   */
  attempt<T>(run: () => Verdict<T>): Verdict<T> {
    this.#undo.begin()
    let kept = false
    try {
      const verdict = run()
      kept = verdict.ok
      return verdict
    } finally {
      this.#undo.end(kept)
    }
  }

  #judge(signed: SignedEntry): Refused<StateFault> | undefined {
    const { entry, signer } = signed
    if (this.network === undefined) {
      if (entry.type !== 'genesis') return broken('genesis-first')
      if (entry.index !== 0) return broken('genesis-index')
      return judgeFirstKeys(entry, signer)
    }
    if (entry.type === 'genesis') return broken('genesis-once')
    if (entry.network !== this.network.id) return refuse('WRONG_NETWORK')
    if (entry.index !== this.size) return broken('index-next')
    if (!this.#isEntitled(entry, signer)) return refuse('TRUST_SIGNER_NOT_ENTITLED')
    if (entry.time < this.time) return broken('time-forward')
    const rule =
      this.#brokenRule(entry) ??
      this.#approvers.brokenApprovalRule(entry, signed.approvers, this.#members)
    return rule === undefined ? undefined : broken(rule)
  }

  #isEntitled(entry: TrustEntry, signer: PublicKey): boolean {
    if (entry.type === 'recovered') return this.recoveryKey?.equals(signer) ?? false
    return this.isSigningKey(signer)
  }

  #brokenRule(entry: Exclude<TrustEntry, Genesis>): Rule | undefined {
    switch (entry.type) {
      case 'node-enrolled':
        return this.#members.brokenEnrollmentRule(entry)
      case 'revoked':
        return this.#members.brokenRevocationRule(entry.target)
      case 'kind-set': {
        // Records of one model make no sense under another.
        const known = this.kind(entry.kind.name)?.declaration.model
        return known === undefined || known === entry.kind.model ? undefined : 'kind-model'
      }
      case 'kind-retired': {
        const known = this.kind(entry.kind)
        if (known === undefined) return 'kind-exists'
        return known.retiredAt === undefined ? undefined : 'kind-live'
      }
      case 'policy-set':
        return undefined
      case 'authority-key':
        return this.#keys.brokenRule(entry)
      case 'approvers-set':
        return this.#approvers.brokenRule(entry, this.#members)
      case 'recovered':
        return this.#keys.brokenRecoveryRule(entry)
      default:
        return this.#members.brokenMemberRule(entry)
    }
  }

  #change(entry: TrustEntry, { hash }: SignedEntry): void {
    const { time, index } = entry
    switch (entry.type) {
      case 'genesis':
        this.#network.set({ id: networkIdOf(hash), name: entry.name, createdAt: time })
        this.#keys.create(entry)
        break
      case 'member-added':
        this.#members.add(entry)
        break
      case 'member-changed':
        this.#members.change(entry)
        break
      case 'member-suspended':
        this.#members.suspend(entry)
        break
      case 'member-resumed':
        this.#members.resume(entry)
        break
      case 'node-enrolled':
        this.#members.enroll(entry)
        break
      case 'revoked':
        this.#members.revoke(entry)
        break
      case 'kind-set': {
        const { kind: declaration } = entry
        const declared = { declaration, declaredAt: time, index, retiredAt: undefined }
        this.#kinds.set(declaration.name, declared)
        break
      }
      case 'kind-retired': {
        const known = this.kind(entry.kind)
        if (known !== undefined) this.#kinds.set(entry.kind, { ...known, retiredAt: time })
        break
      }
      case 'policy-set':
        this.#policy.set({ text: entry.text, setAt: time, index })
        break
      case 'authority-key':
        this.#keys.step(entry)
        break
      case 'approvers-set':
        this.#approvers.set(entry)
        break
      case 'recovered':
        this.#approvers.reset()
        this.#keys.recover(entry)
        break
    }
  }
}

function judgeFirstKeys(
  { authorityKey, recoveryKey }: Genesis,
  signer: PublicKey
): Refused<StateFault> | undefined {
  const key = new PublicKey(authorityKey)
  if (!key.equals(signer)) return refuse('TRUST_SIGNER_NOT_ENTITLED')
  // A recovery key that is the authority key recovers nothing when that one is stolen.
  const isOther = recoveryKey.length === 0 || !key.equals(new PublicKey(recoveryKey))
  return isOther ? undefined : broken('key-new')
}
