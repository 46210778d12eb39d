import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { CERTIFICATE, OTHER_NODE_ID, TIME } from './samples.ts'

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
