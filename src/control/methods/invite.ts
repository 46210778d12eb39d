import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { INVITE, LATER } from './samples.ts'

export const inviteCreate = method({
  name: 'invite.create',
  access: 'control',
  summary: 'Creates a one-time invite for one node of a member.',
  params: schema.inviteCreateParams,
  result: schema.inviteCreateResult,
  errors: [
    'NOT_READY',
    'AUTHORITY_ABSENT',
    'FRONT_DESK_CLOSED',
    'NODE_NAME_TAKEN',
    'ALREADY_REVOKED',
    'MEMBER_SUSPENDED',
    'OVERLOADED',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [
    {
      params: { member: 'alice', node: 'laptop', groups: ['staff'], ttlMs: 3_600_000 },
      result: { id: INVITE.id, invite: 'peerage1:AAAA', expiresAt: LATER }
    }
  ],
  run: (api, params, call) => api.invites.create(params, call)
})

export const inviteList = method({
  name: 'invite.list',
  access: 'observe',
  summary: 'Lists invites and what became of them; the invites themselves are not shown again.',
  params: schema.inviteListParams,
  result: schema.inviteListResult,
  errors: ['NOT_READY'],
  examples: [{ params: {}, result: { items: [INVITE], nextCursor: null } }],
  run: (api, params, call) => api.invites.list(params, call)
})

export const inviteRevoke = method({
  name: 'invite.revoke',
  access: 'control',
  summary: 'Withdraws an open invite.',
  params: schema.inviteRevokeParams,
  result: schema.inviteRevokeResult,
  errors: [
    'NOT_READY',
    'AUTHORITY_ABSENT',
    'INVITE_UNKNOWN',
    'INVITE_USED',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [
    { params: { id: INVITE.id, reason: 'mistake' }, result: { ...INVITE, state: 'revoked' } }
  ],
  run: (api, params, call) => api.invites.revoke(params, call)
})
