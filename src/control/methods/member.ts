import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { CERTIFICATE, HASH, OTHER_NODE_ID, TIME } from './samples.ts'

const MEMBER = { member: 'alice', groups: ['staff'], attributes: { site: 'oslo' }, addedAt: TIME }

export const memberList = method({
  name: 'member.list',
  access: 'observe',
  summary: 'Lists every member of the network, the revoked ones included.',
  params: schema.memberListParams,
  result: schema.memberListResult,
  errors: ['NOT_READY'],
  examples: [{ params: {}, result: { items: [{ ...MEMBER, nodes: 1 }], nextCursor: null } }],
  run: (api, params, call) => api.members.list(params, call)
})

export const memberShow = method({
  name: 'member.show',
  access: 'observe',
  summary: 'Shows one member with its nodes.',
  params: schema.memberShowParams,
  result: schema.memberShowResult,
  errors: ['NOT_READY', 'MEMBER_UNKNOWN'],
  examples: [
    {
      params: { member: 'alice' },
      result: {
        ...MEMBER,
        nodes: [
          {
            nodeId: OTHER_NODE_ID,
            node: 'laptop',
            connected: false,
            enrolledAt: TIME,
            certificate: CERTIFICATE,
            revoked: { time: TIME, index: 3, reason: 'lost' }
          }
        ]
      }
    }
  ],
  run: (api, params, call) => api.members.show(params, call)
})

const DECISION_ERRORS = [
  'NOT_READY',
  'AUTHORITY_ABSENT',
  'MEMBER_UNKNOWN',
  'ALREADY_REVOKED',
  'CLOCK_BACKWARD',
  'IDEMPOTENCY_CONFLICT'
] as const
const RECEIPT = {
  dryRun: false,
  index: 4,
  excluded: [],
  restored: [],
  trust: { size: 5, root: HASH }
}

export const memberSet = method({
  name: 'member.set',
  access: 'control',
  summary: 'Changes groups and attributes of a member; its certificates stay as they are.',
  params: schema.memberSetParams,
  result: schema.memberSetResult,
  errors: [...DECISION_ERRORS, 'INVALID_ARGUMENT'],
  examples: [
    {
      params: { member: 'alice', addGroups: ['ops'], setAttributes: { site: 'oslo' } },
      result: {
        member: 'alice',
        groups: ['staff', 'ops'],
        attributes: { site: 'oslo' },
        ...RECEIPT
      }
    }
  ],
  run: (api, params, call) => api.members.set(params, call)
})

export const memberSuspend = method({
  name: 'member.suspend',
  access: 'control',
  summary: 'Keeps a member and its nodes out until it is resumed.',
  params: schema.memberSuspendParams,
  result: schema.memberChangeResult,
  errors: [...DECISION_ERRORS, 'MEMBER_SUSPENDED'],
  examples: [
    {
      params: { member: 'alice', reason: 'audit' },
      result: { member: 'alice', ...RECEIPT, excluded: [OTHER_NODE_ID] }
    }
  ],
  run: (api, params, call) => api.members.suspend(params, call)
})

export const memberResume = method({
  name: 'member.resume',
  access: 'control',
  summary: 'Admits a suspended member and its nodes again.',
  params: schema.memberResumeParams,
  result: schema.memberChangeResult,
  errors: [...DECISION_ERRORS, 'MEMBER_NOT_SUSPENDED'],
  examples: [
    {
      params: { member: 'alice' },
      result: { member: 'alice', ...RECEIPT, restored: [OTHER_NODE_ID] }
    }
  ],
  run: (api, params, call) => api.members.resume(params, call)
})

export const memberRemove = method({
  name: 'member.remove',
  access: 'control',
  summary: 'Revokes a member with all its nodes, for good.',
  params: schema.memberRemoveParams,
  result: schema.memberChangeResult,
  errors: [...DECISION_ERRORS, 'APPROVAL_NEEDED'],
  examples: [
    {
      params: { member: 'alice', reason: 'left', dryRun: true },
      result: { member: 'alice', ...RECEIPT, dryRun: true, excluded: [OTHER_NODE_ID] }
    }
  ],
  run: (api, params, call) => api.members.remove(params, call)
})
