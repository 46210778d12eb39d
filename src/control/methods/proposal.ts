import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { HASH, LATER, NETWORK_ID, TIME } from './samples.ts'

const ID = '9b1c0d2e3f4a5b6c7d8e9fa0b1c2d3e4'
const PROPOSAL = {
  id: ID,
  type: 'revoked',
  about: 'remove member alice',
  state: 'open' as const,
  createdAt: TIME,
  expiresAt: LATER,
  approvedBy: [],
  rejectedBy: [],
  threshold: 2
}
/** Shortened. */
const REQUEST = { format: 'peerage-request/1', network: NETWORK_ID }
const VOTE_ERRORS = [
  'NOT_READY',
  'PROPOSAL_UNKNOWN',
  'NOT_AN_APPROVER',
  'INVALID_ARGUMENT'
] as const

export const proposalList = method({
  name: 'proposal.list',
  access: 'observe',
  summary: 'Lists what waits for the consent of approvers.',
  params: schema.proposalListParams,
  result: schema.proposalListResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT'],
  examples: [{ params: {}, result: { items: [PROPOSAL], nextCursor: null } }],
  run: (api, params, call) => api.proposals.list(params, call)
})

export const proposalShow = method({
  name: 'proposal.show',
  access: 'observe',
  summary: 'Shows everything that a proposal would decide, for whoever has to approve it.',
  params: schema.proposalShowParams,
  result: schema.proposalShowResult,
  errors: ['NOT_READY', 'PROPOSAL_UNKNOWN', 'INVALID_ARGUMENT'],
  examples: [
    {
      params: { id: ID },
      result: {
        ...PROPOSAL,
        content: { target: { by: 'member', value: 'alice' }, reason: 'left' }
      }
    }
  ],
  run: (api, params, call) => api.proposals.show(params, call)
})

export const proposalCreate = method({
  name: 'proposal.create',
  access: 'control',
  summary: 'Proposes to remove a member or to replace the policy, on a node of an approver.',
  params: schema.proposalCreateParams,
  result: schema.proposalResult,
  errors: [
    'NOT_READY',
    'NOT_AN_APPROVER',
    'TOO_MANY_PROPOSALS',
    'MEMBER_UNKNOWN',
    'ALREADY_REVOKED',
    'POLICY_INVALID',
    'POLICY_UNCHANGED',
    'INVALID_ARGUMENT',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [{ params: { member: 'alice', reason: 'left' }, result: PROPOSAL }],
  run: (api, params, call) => api.proposals.propose(params, call)
})

export const proposalApprove = method({
  name: 'proposal.approve',
  access: 'control',
  summary: 'Approves a proposal with the key of this node, for its member.',
  params: schema.proposalVoteParams,
  result: schema.proposalResult,
  errors: VOTE_ERRORS,
  examples: [{ params: { id: ID }, result: { ...PROPOSAL, approvedBy: ['bob'] } }],
  run: (api, params, call) => api.proposals.approve(params, call)
})

export const proposalReject = method({
  name: 'proposal.reject',
  access: 'control',
  summary: 'Rejects a proposal with the key of this node, for its member.',
  params: schema.proposalVoteParams,
  result: schema.proposalResult,
  errors: VOTE_ERRORS,
  examples: [{ params: { id: ID }, result: { ...PROPOSAL, rejectedBy: ['bob'] } }],
  run: (api, params, call) => api.proposals.reject(params, call)
})

export const requestApprove = method({
  name: 'request.approve',
  access: 'control',
  summary: 'Approves a request for an authority that is offline, with the key of this node.',
  params: schema.requestApproveParams,
  result: schema.requestApproveResult,
  errors: [
    'NOT_READY',
    'NOT_AN_APPROVER',
    'REQUEST_OUTDATED',
    'REQUEST_AHEAD',
    'WRONG_NETWORK',
    'FILE_DAMAGED',
    'FILE_OTHER',
    'FILE_NEWER',
    'APPROVAL_EXPIRED',
    'INVALID_ARGUMENT'
  ],
  examples: [
    {
      params: { request: REQUEST },
      result: {
        request: REQUEST,
        type: 'revoked',
        approvedBy: ['bob'],
        missing: ['carol'],
        needed: 1
      }
    }
  ],
  run: (api, params, call) => api.proposals.approveRequest(params, call)
})

export const authorityQuorum = method({
  name: 'authority.quorum',
  access: 'control',
  summary: 'Says whose consent removals, key steps, policy and this itself need from now on.',
  params: schema.authorityQuorumParams,
  result: schema.authorityQuorumResult,
  errors: [
    'NOT_READY',
    'AUTHORITY_ABSENT',
    'AUTHORITY_LOCKED',
    'APPROVAL_NEEDED',
    'MEMBER_UNKNOWN',
    'ALREADY_REVOKED',
    'INVALID_ARGUMENT',
    'CLOCK_BACKWARD'
  ],
  examples: [
    {
      params: { members: ['alice', 'bob', 'carol'], threshold: 2 },
      result: {
        members: ['alice', 'bob', 'carol'],
        threshold: 2,
        dryRun: false,
        index: 4,
        excluded: [],
        restored: [],
        trust: { size: 5, root: HASH }
      }
    }
  ],
  run: (api, params, call) => api.proposals.quorum(params, call)
})
