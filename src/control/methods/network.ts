import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { ADDRESS, FINGERPRINT, NETWORK_ID, TIME, TRUST } from './samples.ts'

export const networkShow = method({
  name: 'network.show',
  access: 'observe',
  summary: 'Shows the network that this node belongs to.',
  params: schema.noParams,
  result: schema.networkShowResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: {},
      result: {
        id: NETWORK_ID,
        name: 'local',
        createdAt: TIME,
        authority: { fingerprint: FINGERPRINT, local: true },
        frontDesk: [ADDRESS],
        members: 2,
        nodes: 3,
        trust: TRUST
      }
    }
  ],
  run: (api, _params, call) => api.network.show(call)
})
