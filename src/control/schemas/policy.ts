import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { count, hash, idempotencyKey, name, reason, time } from '../forms.ts'
import { dryRun, offline, receipt, waitMs } from './shared.ts'

const digest = hash.describe('Of the text as UTF-8')

export const policyShowResult = z.object({
  text: z.string(),
  digest,
  index: count.describe('The entry of the trust log that set it'),
  setAt: time,
  signer: hash.describe('Fingerprint of the authority key that signed the entry'),
  approvedBy: z.array(name).describe('Members whose consent the entry carries')
})
export const policySetParams = z.strictObject({
  text: z
    .string()
    .describe(`The whole policy, at most ${LIMITS.policyLengthMax} bytes of visible UTF-8`),
  dryRun,
  offline,
  waitMs,
  reason,
  idempotencyKey
})
export const policySetResult = z.object({
  digest,
  linesAdded: count.describe('Lines that the policy before did not have'),
  linesRemoved: count,
  ...receipt
})
