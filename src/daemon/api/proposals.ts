import type { NodeApi } from '../../control/node-api.ts'
import { PublicKey } from '../../crypto/ed25519.ts'
import { utf8 } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import type { KnownProposal, ProposalBook, Proposals } from '../../protocols/proposals/index.ts'
import { formatTime } from '../../time/clock.ts'
import type { Statement } from '../../trust/entry.ts'
import { comparePolicies } from '../../trust/policy-text.ts'
import type { TrustState } from '../../trust/state.ts'
import { type RequestVoter, requireRequest, voteOnRequest } from '../approve-request.ts'
import type { ConsentDesk } from '../consent.ts'
import type { Decide } from './decisions.ts'
import { pageOf } from './page.ts'
import { policyStatement } from './policy.ts'
import { showContent } from './trust.ts'

export interface ProposalsApiComponents extends RequestVoter {
  readonly book: ProposalBook
  readonly proposals: Proposals
  readonly consent: ConsentDesk
  readonly decide: Decide
}

export function createProposalsApi(components: ProposalsApiComponents): NodeApi['proposals'] {
  const { book, proposals, consent } = components
  const { state } = components.log

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

  function vote(id: string, kind: 'approval' | 'rejection', dryRun: boolean) {
    const proposal = find(id)
    if (!dryRun) return show(proposals.vote(proposal.id, kind))
    if (book.approverOf(components.key.publicKey) === undefined) {
      throw new PeerageError('NOT_AN_APPROVER')
    }
    return show(proposal)
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
    async approve({ id, dryRun }) {
      return vote(id, 'approval', dryRun)
    },
    async reject({ id, dryRun }) {
      return vote(id, 'rejection', dryRun)
    },
    async approveRequest({ request, dryRun }) {
      return voteOnRequest(components, requireRequest(utf8(JSON.stringify(request))), dryRun)
    },
    async quorum({ members, threshold, dryRun, offline, waitMs }, { signal }) {
      const receipt = await components.decide(
        { type: 'approvers-set', members, threshold, approvals: [] },
        { dryRun, offline, waitMs, signal }
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
      return `policy (lines: ${change.linesAdded} added, ${change.linesRemoved} removed)`
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
