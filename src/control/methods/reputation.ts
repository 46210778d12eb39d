import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { LATER, OTHER_NODE_ID, TIME } from './samples.ts'

const GOOD = {
  member: 'alice',
  standing: 'trusted' as const,
  reason: 'It has answered truly for some time.',
  score: 14.5,
  probation: false,
  nodes: 1
}
const BANNED = {
  member: 'mallory',
  standing: 'banned' as const,
  reason: 'The operator has banned it: port scan',
  until: LATER,
  score: 0,
  probation: true,
  nodes: 1
}
const ERRORS_OF_DECISION = [
  'NOT_READY',
  'NODE_UNKNOWN',
  'INVALID_ARGUMENT',
  'IDEMPOTENCY_CONFLICT'
] as const

export const reputationList = method({
  name: 'reputation.list',
  access: 'observe',
  summary: 'Lists how the members stand with this node, and why.',
  params: schema.reputationListParams,
  result: schema.reputationListResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT'],
  examples: [{ params: {}, result: { items: [GOOD, BANNED], nextCursor: null } }],
  run: (api, params, call) => api.reputation.list(params, call)
})

export const reputationShow = method({
  name: 'reputation.show',
  access: 'observe',
  summary: 'Shows what the standing of a member is made of, and what would change it.',
  params: schema.reputationShowParams,
  result: schema.reputationShowResult,
  errors: ['NOT_READY', 'NODE_UNKNOWN', 'INVALID_ARGUMENT'],
  examples: [
    {
      params: { peer: 'bob/till-07' },
      result: {
        member: 'bob',
        standing: 'restricted',
        reason: 'MESSAGE_MALFORMED: The message does not have the form of its protocol.',
        score: -24,
        probation: true,
        nodes: 2,
        since: TIME,
        parts: { credit: 0, slight: 0, minor: 0, major: -24, fatal: 0 },
        answers: 3,
        knownSince: TIME,
        exempt: false,
        braked: false,
        incidents: [
          { code: 'MESSAGE_MALFORMED', times: 2, nodeId: OTHER_NODE_ID, first: TIME, last: TIME }
        ],
        opinions: [{ by: 'carol', code: 'RECORD_EQUIVOCATION' }],
        outlook: ['Without new faults this ends in about 2 d; answers that are true shorten it.']
      }
    }
  ],
  run: (api, params, call) => api.reputation.show(params, call)
})

export const peerBan = method({
  name: 'peer.ban',
  access: 'control',
  summary: 'Bans a member with all its nodes for some time: they are cut and refused.',
  params: schema.peerBanParams,
  result: schema.peerDecisionResult,
  errors: ERRORS_OF_DECISION,
  examples: [
    {
      params: { peer: 'mallory', forMs: 86_400_000, reason: 'port scan' },
      result: { ...BANNED, disconnected: [OTHER_NODE_ID] }
    },
    { params: { peer: 'mallory/laptop', until: LATER }, result: { ...BANNED, disconnected: [] } }
  ],
  run: (api, params, call) => api.peers.ban(params, call)
})

export const peerUnban = method({
  name: 'peer.unban',
  access: 'control',
  summary: 'Pardons a member: a ban or an allowance ends, and what led to it is forgiven.',
  params: schema.peerUnbanParams,
  result: schema.peerDecisionResult,
  errors: ERRORS_OF_DECISION,
  examples: [
    {
      params: { peer: 'alice', reason: 'its disk was broken' },
      result: { ...GOOD, standing: 'neutral', disconnected: [] }
    }
  ],
  run: (api, params, call) => api.peers.unban(params, call)
})

export const peerAllow = method({
  name: 'peer.allow',
  access: 'control',
  summary: 'Keeps a member in for some time, whatever the evidence against it.',
  params: schema.peerAllowParams,
  result: schema.peerDecisionResult,
  errors: ERRORS_OF_DECISION,
  examples: [
    {
      params: { peer: 'alice', forMs: 3_600_000, reason: 'a load test' },
      result: { ...GOOD, until: LATER, disconnected: [] }
    }
  ],
  run: (api, params, call) => api.peers.allow(params, call)
})
