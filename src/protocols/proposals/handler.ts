import type { PublicKey } from '../../crypto/ed25519.ts'
import { equalBytes, toHex } from '../../encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../../encoding/cbor.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { LIMITS } from '../../limits.ts'
import type { ProposalStore } from '../../storage/proposal-store.ts'
import type { Clock } from '../../time/clock.ts'
import { openVote, statementDigest } from '../../trust/approval.ts'
import { approverOf, needsConsent } from '../../trust/approvers.ts'
import { openProposal, type Proposal } from '../../trust/proposal.ts'
import type { TrustState } from '../../trust/state.ts'
import { type ProposalItem, proposalItemSchema } from './messages.ts'

export interface KnownProposal extends Proposal {
  /** As signed, by member. */
  readonly approvals: ReadonlyMap<string, Uint8Array>
  readonly rejections: ReadonlyMap<string, Uint8Array>
}

/** The proposals that are open: neither carried out nor past their end. */
export interface ProposalBook {
  /** Takes over what is news; true where something was. Faults: those of the proposal itself. */
  learn(item: ProposalItem): Verdict<Learned>
  /** In the order of their making. */
  open(): readonly KnownProposal[]
  get(id: string): KnownProposal | undefined
  item(proposal: KnownProposal): ProposalItem
  /** The member that a key speaks for now, where the network asks it. */
  approverOf(key: PublicKey): string | undefined
}

export interface Learned {
  readonly taken: boolean
  readonly proposal: KnownProposal
}

interface Entry extends KnownProposal {
  readonly approvals: Map<string, Uint8Array>
  readonly rejections: Map<string, Uint8Array>
}

export function createProposalBook(components: {
  readonly network: Parameters<typeof openProposal>[1]
  readonly state: Pick<
    TrustState,
    'isSigningKey' | 'consent' | 'node' | 'isExcluded' | 'isCarriedOut'
  >
  readonly store: ProposalStore
  readonly clock: Pick<Clock, 'now'>
}): ProposalBook {
  const { network, state, store, clock } = components
  const entries = new Map<string, Entry>()

  function forget(): void {
    for (const { id, expiresAt } of entries.values()) {
      if (expiresAt >= clock.now() && !state.isCarriedOut(id)) continue
      entries.delete(id)
      store.remove(id)
    }
  }

  function judge(bytes: Uint8Array): Verdict<Entry> {
    const opened = openProposal(bytes, network)
    if (!opened.ok) return opened
    const proposal = opened.value
    const known = entries.get(proposal.id)
    if (known !== undefined) {
      return equalBytes(known.bytes, bytes) ? accept(known) : refuse('APPROVAL_USED')
    }
    if (state.isCarriedOut(proposal.id)) return refuse('APPROVAL_USED')
    if (proposal.expiresAt < clock.now()) return refuse('APPROVAL_EXPIRED')
    if (proposal.createdAt > clock.now() + LIMITS.clockSkewMs) return refuse('CLOCK_BACKWARD')
    if (!needsConsent(proposal.statement)) return refuse('MESSAGE_MALFORMED')
    const mayPropose =
      state.isSigningKey(proposal.proposer) || approverOf(state, proposal.proposer) !== undefined
    if (!mayPropose) return refuse('NOT_AN_APPROVER')
    if (entries.size >= LIMITS.proposalsMax) return refuse('TOO_MANY_PROPOSALS')
    return accept({ ...proposal, approvals: new Map(), rejections: new Map() })
  }

  /** A vote that does not count is left out; it does not keep the others out. */
  function count(entry: Entry, kind: 'approval' | 'rejection', bytes: Uint8Array): boolean {
    const opened = openVote(kind, bytes)
    if (!opened.ok) return false
    const { signer, content } = opened.value
    const member = approverOf(state, signer)
    const isOfThis =
      content.network === network &&
      toHex(content.proposal) === entry.id &&
      content.expiresAt === entry.expiresAt &&
      equalBytes(content.statement, statementDigest(entry.statement))
    const votes = kind === 'approval' ? entry.approvals : entry.rejections
    if (!isOfThis || member === undefined || votes.has(member)) return false
    votes.set(member, bytes)
    return true
  }

  const item = ({ bytes, approvals, rejections }: KnownProposal): ProposalItem => ({
    proposal: bytes,
    approvals: [...approvals.values()],
    rejections: [...rejections.values()]
  })

  function learn(given: ProposalItem): Verdict<Learned> {
    forget()
    const judged = judge(given.proposal)
    if (!judged.ok) return judged
    const entry = judged.value
    const isNew = !entries.has(entry.id)
    const counted = [
      ...given.approvals.map((bytes) => count(entry, 'approval', bytes)),
      ...given.rejections.map((bytes) => count(entry, 'rejection', bytes))
    ]
    const taken = isNew || counted.includes(true)
    if (taken) {
      entries.set(entry.id, entry)
      store.save(entry.id, encodeCbor(item(entry)))
    }
    return accept({ taken, proposal: entry })
  }

  for (const bytes of store.load()) {
    const decoded = decodeCbor(bytes, proposalItemSchema, LIMITS.requestBytesMax)
    if (decoded.ok) learn(decoded.value)
  }

  return {
    learn,
    item,
    approverOf: (key) => approverOf(state, key),
    open() {
      forget()
      return [...entries.values()].toSorted((a, b) => a.createdAt - b.createdAt)
    },
    get(id) {
      forget()
      return entries.get(id)
    }
  }
}
