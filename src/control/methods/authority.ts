import { parseText } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
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

export const authorityUnlock = method({
  name: 'authority.unlock',
  access: 'control',
  summary: 'Opens the authority key of this home, so that this node can sign for a while.',
  params: schema.authorityUnlockParams,
  result: schema.authorityLockResult,
  errors: [
    'NOT_READY',
    'AUTHORITY_ABSENT',
    'PASSPHRASE_REQUIRED',
    'PASSPHRASE_WRONG',
    'KEY_FILE_DAMAGED',
    'KEY_FILE_MISSING',
    'KEY_FILE_PERMISSIONS'
  ],
  examples: [
    {
      params: { passphrase: 'aHVudGVyMg', forMs: 900_000 },
      result: { state: 'unlocked', locksAt: TIME }
    }
  ],
  run: (api, { passphrase, ...params }, call) =>
    api.authority.unlock({ ...params, passphrase: bytesOfPassphrase(passphrase) }, call)
})

export const authorityLock = method({
  name: 'authority.lock',
  access: 'control',
  summary: 'Forgets the authority key, after what is under way: this node signs nothing any more.',
  params: schema.authorityLockParams,
  result: schema.authorityLockResult,
  errors: ['NOT_READY', 'AUTHORITY_ABSENT'],
  examples: [{ params: {}, result: { state: 'locked' } }],
  run: (api, params, call) => api.authority.lock(params, call)
})

/** Throws `INVALID_ARGUMENT`, without the value. */
export function bytesOfPassphrase(text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined
  const bytes = parseText(text, 'base64url')
  if (!bytes.ok) throw new PeerageError('INVALID_ARGUMENT', { argument: 'passphrase' })
  return bytes.value
}
