import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import {
  base64url,
  count,
  hash,
  idempotencyKey,
  name,
  networkId,
  nodeId,
  nodeReference,
  page,
  pageOf,
  reason,
  serial,
  text,
  time
} from '../forms.ts'
import { inviteCreateResult } from './invite.ts'
import { certificateSummary, dryRun, offline, receipt, revocation, waitMs } from './shared.ts'

const certificate = {
  serial,
  nodeId,
  node: name,
  member: name,
  notAfter: time,
  method: z.string(),
  assurance: count
}
const issued = {
  ...certificate,
  state: z.enum(['valid', 'expired', 'revoked']),
  enrolledAt: time,
  revoked: revocation.optional()
}
export const certListParams = z.strictObject(page)
export const certListResult = pageOf(z.object(issued))
/** Without `node`: the certificate of this node. */
export const certShowParams = z.strictObject({ node: nodeReference.optional() })
export const certShowResult = z.object({
  ...issued,
  network: networkId,
  notBefore: time
    .optional()
    .describe(
      'The certificate itself, where this node has it: its own and those of connected peers'
    ),
  issuer: hash.optional(),
  pem: z.string().optional()
})
/** Exactly one of the two. Larger than any certificate, so that oversize gets its own answer. */
export const certVerifyParams = z
  .strictObject({
    certificate: base64url.max(LIMITS.verifyInputLengthMax).optional(),
    pem: text(LIMITS.verifyInputLengthMax).optional()
  })
  .refine((params) => (params.certificate === undefined) !== (params.pem === undefined), {
    error: 'give either certificate (DER as base64url) or pem',
    path: ['certificate']
  })
export const certVerifyResult = z.object({
  valid: z.boolean(),
  fault: z
    .object({ code: z.string(), text: z.string(), hint: z.string() })
    .optional()
    .describe('Present where `valid` is false'),
  certificate: z
    .object({ ...certificate, network: networkId, notBefore: time })
    .optional()
    .describe(
      'What the certificate says, where it could be read; to be believed only where `valid`'
    )
})
export const certRevokeParams = z.strictObject({
  by: z.enum(['serial', 'node', 'member']),
  value: nodeReference.describe('A serial, a node reference or a member name'),
  reason,
  dryRun,
  offline,
  waitMs,
  idempotencyKey
})
const { excluded: _, ...revocationReceipt } = receipt
export const certRevokeResult = z.object({
  by: z.enum(['serial', 'node', 'member']),
  value: z.string(),
  nodes: z.array(nodeId).describe('The nodes that are refused from now on'),
  ...revocationReceipt
})

export const certRecoverParams = z.strictObject({
  node: nodeReference,
  ttlMs: z
    .number()
    .int()
    .min(LIMITS.inviteTtlMsMin)
    .max(LIMITS.inviteTtlMsMax)
    .default(LIMITS.inviteTtlMsDefault)
    .describe('How long the new invite can be used'),
  reason,
  dryRun,
  waitMs,
  idempotencyKey
})
export const certRecoverResult = z.object({
  member: name,
  node: name,
  nodeId: nodeId.describe('The node whose key is refused from now on'),
  dryRun: z.boolean(),
  revoked: z
    .object(revocationReceipt)
    .extend({ nodes: z.array(nodeId) })
    .optional()
    .describe('Absent where the node had been revoked before'),
  resumed: z.boolean().describe('Whether an automatic suspension of the member was ended'),
  invite: inviteCreateResult
    .optional()
    .describe('For a new node of the same name; absent for a dry run')
})

export const certRenewResult = certificateSummary

export const certCrlResult = z.object({
  crl: base64url.describe('The certificate revocation list as DER'),
  authority: base64url.describe('The certificate of the authority that signed it, as DER'),
  revoked: count.describe('Certificates in it'),
  nextUpdate: time
})

export const breakGlassResult = z.object({
  statement: base64url.describe('What revokes this node, signed by its own key'),
  nodeId,
  node: name,
  member: name
})

export const breakGlassSubmitParams = z.strictObject({
  statement: base64url.describe('What a node has signed about itself in advance')
})

export const breakGlassSubmitResult = z.object({
  taken: z.boolean().describe('False when it was known already'),
  nodeId,
  node: name,
  member: name
})

/** Larger than any request, so that oversize gets its own answer. */
export const certIssueParams = z.strictObject({
  request: base64url.max(LIMITS.verifyInputLengthMax).describe('PKCS#10 as DER, from cert csr'),
  member: name.optional().describe('Not the member that the request asks for'),
  node: name.optional().describe('Not the node name that the request asks for'),
  groups: z.array(name).max(LIMITS.groupsPerNodeMax).default([]).describe('Of a new member'),
  dryRun,
  reason
})
export const certIssueResult = z.object({
  dryRun: z.boolean(),
  member: name,
  node: name,
  nodeId,
  isKnown: z
    .boolean()
    .describe('Enrolled before with this key: certified again, the log does not grow'),
  index: count.optional().describe('The entry of the enrollment; absent for a dry run of one'),
  certificate: base64url.optional().describe('DER; absent for a dry run')
})
