import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { FINGERPRINT, TIME } from './samples.ts'

export const authorityShow = method({
  name: 'authority.show',
  access: 'observe',
  summary: 'Shows the authority keys of the network, and whether the one in charge can sign here.',
  params: schema.noParams,
  result: schema.authorityShowResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: {},
      result: {
        fingerprint: FINGERPRINT,
        state: 'unlocked',
        keys: [{ fingerprint: FINGERPRINT, standing: 'active', since: TIME, index: 0, held: true }],
        recoverable: false,
        approvers: { members: [], threshold: 0 }
      }
    }
  ],
  run: (api, _params, call) => api.authority.show(call)
})
