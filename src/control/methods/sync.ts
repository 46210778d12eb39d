import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { OTHER_NODE_ID, TRUST } from './samples.ts'

export const trustSync = method({
  name: 'trust.sync',
  access: 'control',
  summary:
    'Compares the trust log with all connected peers now, and takes over what they have more.',
  params: schema.noParams,
  result: schema.trustSyncResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: {},
      result: {
        ...TRUST,
        added: 2,
        peers: [{ nodeId: OTHER_NODE_ID, node: 'laptop', member: 'alice' }]
      }
    }
  ],
  run: (api, _params, call) => api.trust.sync(call)
})
