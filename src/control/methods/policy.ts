import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { FINGERPRINT, HASH, TIME } from './samples.ts'

export const policyShow = method({
  name: 'policy.show',
  access: 'observe',
  summary: 'Shows the policy text of the network, who signed it and whose consent it has.',
  params: schema.noParams,
  result: schema.policyShowResult,
  errors: ['NOT_READY', 'POLICY_ABSENT'],
  examples: [
    {
      params: {},
      result: {
        text: 'permit(principal, action, resource);\n',
        ...{ digest: HASH, index: 4, setAt: TIME, signer: FINGERPRINT, approvedBy: ['alice'] }
      }
    }
  ],
  run: (api, _params, call) => api.policy.show(call)
})

export const policySet = method({
  name: 'policy.set',
  access: 'control',
  summary: 'Replaces the policy text of the network, at every node.',
  params: schema.policySetParams,
  result: schema.policySetResult,
  errors: [
    'NOT_READY',
    'AUTHORITY_ABSENT',
    'AUTHORITY_LOCKED',
    'APPROVAL_NEEDED',
    'POLICY_INVALID',
    'POLICY_UNCHANGED',
    'CLOCK_BACKWARD',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [
    {
      params: { text: 'permit(principal, action, resource);\n' },
      result: {
        ...{ digest: HASH, linesAdded: 1, linesRemoved: 0, dryRun: false, index: 4 },
        ...{ excluded: [], restored: [], trust: { size: 5, root: HASH } }
      }
    }
  ],
  run: (api, params, call) => api.policy.set(params, call)
})
