import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { FINGERPRINT, NETWORK_ID } from './samples.ts'

export const trustEvidence = method({
  name: 'trust.evidence',
  access: 'observe',
  summary: 'Proves to anybody that an authority key has signed two histories.',
  params: schema.trustEvidenceParams,
  result: schema.trustEvidenceResult,
  errors: ['NOT_READY', 'NOT_FOUND', 'STORAGE_DAMAGED'],
  examples: [
    {
      params: {},
      result: { format: 'peerage-equivocation-proof/1', network: NETWORK_ID }
    }
  ],
  run: (api, params, call) => api.trust.evidence(params, call)
})

export const trustResolve = method({
  name: 'trust.resolve',
  access: 'control',
  summary: 'Decides which of two signed histories this node goes on with.',
  params: schema.trustResolveParams,
  result: schema.trustResolveResult,
  errors: ['NOT_READY', 'NOT_FOUND'],
  examples: [
    {
      params: { choice: 'keep', reason: 'the authority says so' },
      result: { key: FINGERPRINT, choice: 'keep', dryRun: false, entries: 12, restart: false }
    }
  ],
  run: (api, params, call) => api.trust.resolve(params, call)
})
