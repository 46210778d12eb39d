import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { bytesOfPassphrase } from './authority.ts'
import { FINGERPRINT, HASH, OTHER_NODE_ID } from './samples.ts'

const ERRORS = [
  'NOT_READY',
  'AUTHORITY_ABSENT',
  'AUTHORITY_LOCKED',
  'AUTHORITY_KEY_STEP',
  'APPROVAL_NEEDED',
  'CLOCK_BACKWARD'
] as const
const PASSPHRASE_ERRORS = ['PASSPHRASE_REQUIRED', 'PASSPHRASE_WRONG', 'KEY_FILE_DAMAGED'] as const
const RECEIPT = {
  fingerprint: FINGERPRINT,
  dryRun: false,
  index: 4,
  trust: { size: 5, root: HASH },
  stranded: []
}

export const keyPrepare = method({
  name: 'key.prepare',
  access: 'control',
  summary:
    'Makes the next authority key in a file of its own and announces it; it signs nothing yet.',
  params: schema.keyPrepareParams,
  result: schema.keyStepResult,
  errors: [...ERRORS, 'STORAGE_FULL'],
  examples: [{ params: { reason: 'yearly' }, result: RECEIPT }],
  run: (api, { passphrase, ...params }, call) =>
    api.authority.prepare({ ...params, passphrase: bytesOfPassphrase(passphrase) }, call)
})

export const keyActivate = method({
  name: 'key.activate',
  access: 'control',
  summary: 'Puts a prepared key in charge; certificates of the one before stay good.',
  params: schema.keyActivateParams,
  result: schema.keyStepResult,
  errors: [...ERRORS, ...PASSPHRASE_ERRORS, 'AUTHORITY_KEY_UNKNOWN', 'INVALID_ARGUMENT'],
  examples: [{ params: {}, result: RECEIPT }],
  run: (api, { passphrase, ...params }, call) =>
    api.authority.activate({ ...params, passphrase: bytesOfPassphrase(passphrase) }, call)
})

export const keyTaint = method({
  name: 'key.taint',
  access: 'control',
  summary: 'Has every node renew a certificate of a retired key at once, before it is revoked.',
  params: schema.keyTaintParams,
  result: schema.keyStepResult,
  errors: [...ERRORS, 'AUTHORITY_KEY_UNKNOWN', 'INVALID_ARGUMENT'],
  examples: [{ params: {}, result: { ...RECEIPT, stranded: [OTHER_NODE_ID] } }],
  run: (api, params, call) => api.authority.taint(params, call)
})

export const keyRevoke = method({
  name: 'key.revoke',
  access: 'control',
  summary: 'Has every node refuse the certificates of a key that is not in charge.',
  params: schema.keyRevokeParams,
  result: schema.keyStepResult,
  errors: [...ERRORS, 'AUTHORITY_KEY_UNKNOWN', 'INVALID_ARGUMENT', 'RENEWAL_UNAVAILABLE'],
  examples: [{ params: { key: 'c3c3c3c3' }, result: RECEIPT }],
  run: (api, params, call) => api.authority.revoke(params, call)
})
