import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { FINGERPRINT, NETWORK_ID, TIME } from './samples.ts'

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

export const recoveryTest = method({
  name: 'recovery.test',
  access: 'control',
  summary: 'Says whether a public key is the recovery key of the network. Changes nothing.',
  params: schema.recoveryTestParams,
  result: schema.recoveryTestResult,
  errors: ['NOT_READY', 'RECOVERY_ABSENT', 'RECOVERY_CODE_WRONG', 'INVALID_ARGUMENT'],
  examples: [
    {
      params: { key: 'A'.repeat(43) },
      result: { network: { id: NETWORK_ID, name: 'local' } }
    }
  ],
  run: (api, params, call) => api.authority.testRecovery(params, call)
})
