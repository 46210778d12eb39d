import type { NodeApi } from '../../control/node-api.ts'
import { type PrivateKey, PublicKey } from '../../crypto/ed25519.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import type { KnownProposal, ProposalBook, Proposals } from '../../protocols/proposals/index.ts'
import { formatTime } from '../../time/clock.ts'
import type { Statement } from '../../trust/entry.ts'
import { comparePolicies } from '../../trust/policy-text.ts'
import type { TrustState } from '../../trust/state.ts'
import type { ConsentDesk } from '../consent.ts'
import type { Decide } from './decisions.ts'
import { pageOf } from './page.ts'
import { policyStatement } from './policy.ts'
import { showContent } from './trust.ts'

export interface ProposalsApiComponents {
  readonly state: TrustState
  readonly book: ProposalBook
  readonly proposals: Proposals
  readonly consent: ConsentDesk
  readonly decide: Decide
  /** Of this node. */
  readonly key: PrivateKey
}

export function createProposalsApi(components: ProposalsApiComponents): NodeApi['proposals'] {
  const { state, book, proposals, consent } = components

  const show = (proposal: KnownProposal) => ({
    id: proposal.id,
    type: proposal.statement.type,
    about: aboutOf(state, proposal.statement),
    state: consent.stateOf(proposal),
    createdAt: formatTime(proposal.createdAt),
    expiresAt: formatTime(proposal.expiresAt),
    approvedBy: [...proposal.approvals.keys()],
    rejectedBy: [...proposal.rejections.keys()],
    threshold: state.consent.threshold
  })

  /** One that begins with these digits. Throws `PROPOSAL_UNKNOWN`, `INVALID_ARGUMENT`. */
  function find(id: string): KnownProposal {
    const found = book.open().filter((proposal) => proposal.id.startsWith(id))
    const [only, ...others] = found
    if (only === undefined) throw new PeerageError('PROPOSAL_UNKNOWN', { id })
    if (others.length === 0) return only
    throw new PeerageError('INVALID_ARGUMENT', {
      argument: 'id',
      candidates: found.map(({ id }) => id)
    })
  }

  return {
    async list(params) {
      return pageOf(book.open(), params, show)
    },
    async show({ id }) {
      const proposal = find(id)
      return { ...show(proposal), content: showContent(proposal.statement) }
    },
    async propose({ member, policy, reason = '' }) {
      if (state.consent.threshold === 0)
        throw new PeerageError('INVALID_ARGUMENT', {
          reason: 'nobody is asked: the authority decides alone'
        })
      if ((member === undefined) === (policy === undefined)) {
        throw new PeerageError('INVALID_ARGUMENT', { reason: 'name a member or give a policy' })
      }
      const statement =
        policy === undefined ? removal(state, member ?? '', reason) : policyStatement(state, policy)
      return show(proposals.propose(statement, components.key))
    },
    async approve({ id }) {
      return show(proposals.vote(find(id).id, 'approval'))
    },
    async reject({ id }) {
      return show(proposals.vote(find(id).id, 'rejection'))
    },
    async quorum({ members, threshold, dryRun, waitMs }, { signal }) {
      const receipt = await components.decide(
        { type: 'approvers-set', members, threshold, approvals: [] },
        { dryRun, waitMs, signal }
      )
      return { members, threshold, ...receipt }
    }
  }
}

/** Throws `MEMBER_UNKNOWN`, `ALREADY_REVOKED`. */
function removal(state: TrustState, member: string, reason: string): Statement {
  const known = state.member(member)
  if (known === undefined) throw new PeerageError('MEMBER_UNKNOWN', { member })
  if (known.revoked !== undefined) throw new PeerageError('ALREADY_REVOKED', { member })
  return { type: 'revoked', target: { by: 'member', value: member }, reason, approvals: [] }
}

/** In a few words, for whoever has to decide; `trust log` shows the entry once it is one. */
function aboutOf(state: TrustState, statement: Statement): string {
  switch (statement.type) {
    case 'policy-set': {
      const change = comparePolicies(state.policy?.text ?? '', statement.text)
      return `policy: ${change.linesAdded} lines added, ${change.linesRemoved} removed`
    }
    case 'revoked':
      return `remove ${statement.target.by} ${statement.target.value}`
    case 'authority-key': {
      const key = authorityFingerprint(new PublicKey(statement.key))
      return `authority key ${key.slice(0, KEY_SHOWN)} ${statement.step}`
    }
    case 'approvers-set':
      return `approvers ${statement.threshold} of ${statement.members.join(', ') || 'nobody'}`
    default:
      return statement.type
  }
}

/** `sha256:` and 16 digits. */
const KEY_SHOWN = 23
