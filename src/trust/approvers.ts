import type { PublicKey } from '../crypto/ed25519.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import type { ApprovedBy } from './approval.ts'
import type { ApproversSet, TrustEntry } from './entry.ts'
import type { Members } from './members.ts'
import type { Rule } from './rule.ts'
import type { TrustState } from './state.ts'
import { UndoCell, type UndoLog, UndoMap } from './undo.ts'

export interface Consent {
  /** Names of the members that are asked. */
  readonly members: readonly string[]
  /** How many of them have to agree; 0: the authority decides alone. */
  readonly threshold: number
}

const ALONE: Consent = { members: [], threshold: 0 }

/** Whether an entry of this kind needs the consent of the approvers (M of N). */
export function needsConsent(
  entry: Pick<TrustEntry, 'type'> & { target?: { by: string } }
): boolean {
  switch (entry.type) {
    case 'policy-set':
    case 'authority-key':
    case 'approvers-set':
      return true
    case 'revoked':
      return entry.target?.by === 'member'
    default:
      return false
  }
}

/** The member that a key speaks for now, where the network asks it. */
export function approverOf(
  state: Pick<TrustState, 'consent' | 'node' | 'isExcluded'>,
  key: PublicKey
): string | undefined {
  const node = state.node(nodeIdOf(key))
  const isAsked = node !== undefined && state.consent.members.includes(node.member)
  return isAsked && !state.isExcluded(node) ? node.member : undefined
}

/** Whose consent grave entries need, and which proposals have become entries already. */
export class Approvers {
  readonly #consent: UndoCell<Consent>
  readonly #used: UndoMap<string, number>

  constructor(undo: UndoLog) {
    this.#consent = new UndoCell(undo, ALONE)
    this.#used = new UndoMap(undo)
  }

  get consent(): Consent {
    return this.#consent.get()
  }

  /** Whether the proposal of this id has become an entry. */
  isUsed(proposal: string): boolean {
    return this.#used.get(proposal) !== undefined
  }

  /** The rule that these approvals of an entry break. Any live node of a member speaks for it. */
  brokenApprovalRule(
    entry: TrustEntry,
    approvers: readonly ApprovedBy[],
    members: Members
  ): Rule | undefined {
    const { threshold, members: asked } = this.consent
    if (threshold === 0 || !needsConsent(entry)) {
      // A signature that nobody asked for is no part of the one form of this entry.
      return approvers.length === 0 ? undefined : 'approved'
    }
    const agreed = new Set<string>()
    for (const { key, proposal, expiresAt } of approvers) {
      if (proposal !== approvers[0]?.proposal || this.#used.has(proposal)) return 'approval-once'
      if (expiresAt < entry.time) return 'approval-in-time'
      const node = members.node(nodeIdOf(key))
      const isLive = node !== undefined && members.exclusionOf(node) === undefined
      if (!isLive || !asked.includes(node.member) || agreed.has(node.member)) return 'approved'
      agreed.add(node.member)
    }
    return agreed.size >= threshold ? undefined : 'approved'
  }

  /** A threshold that the members could never reach would lock the network. */
  brokenRule({ members: names, threshold }: ApproversSet, members: Members): Rule | undefined {
    const isAlone = names.length === 0 && threshold === 0
    if (!isAlone && (threshold < 1 || threshold > names.length)) return 'threshold'
    for (const name of names) {
      const member = members.get(name)
      if (member === undefined) return 'member-exists'
      if (member.revoked !== undefined) return 'member-live'
    }
    return undefined
  }

  set({ members, threshold }: ApproversSet): void {
    this.#consent.set({ members, threshold })
  }

  use(approvers: readonly ApprovedBy[], index: number): void {
    const proposal = approvers[0]?.proposal
    if (proposal !== undefined) this.#used.set(proposal, index)
  }

  /** After a recovery the new authority decides alone until it asks somebody again. */
  reset(): void {
    this.#consent.set(ALONE)
  }
}
