import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { base64url, count, hash, name, networkId, nodeId, reason, text, time } from '../forms.ts'
import { dryRun, offline, receipt, waitMs } from './shared.ts'

const authorityKey = z.object({
  fingerprint: hash,
  standing: z
    .enum(['prepared', 'active', 'retired', 'tainted', 'revoked'])
    .describe('The active one signs; certificates of a revoked one are refused'),
  since: time,
  index: count.describe('The entry that says so'),
  held: z.boolean().describe('Whether the key file is in this home')
})

export const approvers = z.object({
  members: z.array(name).describe('Whose consent grave entries need; nobody: none is needed'),
  threshold: count
})

const lock = {
  state: z
    .enum(['absent', 'locked', 'unlocked'])
    .describe('Of the key in charge in this home; absent: it is not here'),
  locksAt: time.optional().describe('When an unlocked key locks itself; absent: it stays')
}

/** Bytes as base64url; nothing of it is logged or kept. */
export const passphrase = base64url
  .max(Math.ceil((LIMITS.passphraseBytesMax * 4) / 3))
  .optional()
  .describe('Of the key file, as base64url; absent for a key that is not encrypted')

export const authorityShowResult = z.object({
  fingerprint: hash.describe('Of the key in charge'),
  ...lock,
  keys: z.array(authorityKey).describe('Every authority key ever named, in order'),
  recoverable: z.boolean().describe('Whether the network has a recovery key'),
  approvers
})

export const recoveryTestParams = z.strictObject({
  key: base64url.length(43).describe('The public key of the code that was typed, never the code')
})
export const recoveryTestResult = z.object({
  network: z.object({ id: networkId, name })
})
export const authorityUnlockParams = z.strictObject({
  passphrase,
  forMs: z
    .number()
    .int()
    .min(1)
    .max(LIMITS.authorityUnlockMsMax)
    .default(LIMITS.authorityUnlockMsDefault)
    .describe('After so long it locks itself'),
  reason
})
export const authorityLockParams = z.strictObject({ reason })
export const authorityLockResult = z.object(lock)

/** `sha256:` and 64 digits. */
const FINGERPRINT_LENGTH_MAX = 71
const keyReference = text(FINGERPRINT_LENGTH_MAX).describe(
  'A fingerprint, or at least its first 8 digits'
)
const keyStep = { dryRun, offline, waitMs, reason }
export const keyPrepareParams = z.strictObject({ passphrase, ...keyStep })
export const keyActivateParams = z.strictObject({
  key: keyReference.optional(),
  passphrase,
  ...keyStep
})
export const keyTaintParams = z.strictObject({ key: keyReference.optional(), ...keyStep })
export const keyRevokeParams = keyTaintParams
export const keyStepResult = z.object({
  fingerprint: hash,
  dryRun: receipt.dryRun,
  index: receipt.index,
  trust: receipt.trust,
  acks: receipt.acks,
  request: receipt.request,
  stranded: z
    .array(nodeId)
    .describe('Live nodes whose newest certificate is of this key, as far as it was issued here')
})
