import * as z from 'zod'
import { LIMITS } from '../limits.ts'
import {
  address,
  attributes,
  base64url,
  count,
  groups,
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
} from './forms.ts'
import { methodPattern } from './token.ts'

/**
 * Every parameter and result of the control methods, with exact field names. Parameters are strict
 * (an unknown field is refused); results may gain fields, which a client ignores.
 */
export const noParams = z.strictObject({})

// rpc
export const rpcVersionResult = z.object({ name: z.string(), version: z.string() })
export const rpcPingResult = z.object({ pong: z.literal(true) })
/** Before it is read the token is nothing but text: its own faults are the answer. */
export const rpcAuthenticateParams = z.strictObject({ token: text(LIMITS.tokenBytesMax) })
export const rpcAuthenticateResult = z.object({
  id: z.string(),
  methods: z.array(z.string()).describe('What this connection may call from now on')
})
/** An OpenRPC document; its own specification describes it. */
export const rpcDiscoverResult = z.looseObject({ openrpc: z.string() })

// node
export const nodeState = z.enum(['starting', 'ready', 'stopping'])
const peersSummary = z.object({ connected: count })
const certificateSummary = z.object({ serial, notAfter: time })
const trustSummary = z.object({ size: count, root: hash, checkpointAgeMs: count })

export const nodeStatusResult = z.object({
  attention: z
    .array(
      z.object({
        code: z.string(),
        message: z.string(),
        remedy: z.string(),
        reason: z.string().optional().describe('The code of the refusal behind it')
      })
    )
    .describe('What an operator should look at, the gravest first; empty when all is well'),
  state: nodeState,
  version: z.string(),
  nodeId,
  node: name,
  member: name,
  groups,
  network: z.object({ id: networkId, name }),
  listen: z.array(address),
  peers: peersSummary,
  certificate: certificateSummary,
  trust: trustSummary,
  uptimeMs: count
})
export const nodeStopParams = z.strictObject({ reason })
export const nodeStopResult = z.object({ state: z.literal('stopping') })
export const nodeWaitParams = z.strictObject({
  state: z.literal('ready').default('ready'),
  peers: z
    .number()
    .int()
    .min(0)
    .max(LIMITS.connectionsMax)
    .default(0)
    .describe('Also waits until at least so many peers are connected'),
  timeoutMs: z.number().int().min(0).max(LIMITS.rpcWaitMsMax).default(LIMITS.rpcCallMsDefault)
})
export const nodeWaitResult = z.object({ state: nodeState, peers: peersSummary, waitedMs: count })

// network
export const networkShowResult = z.object({
  id: networkId,
  name,
  createdAt: time,
  authority: z.object({
    fingerprint: hash,
    local: z.boolean().describe('Whether this node holds the authority key')
  }),
  frontDesk: z
    .array(address)
    .describe('Where strangers enroll at this node; empty where no front desk runs'),
  members: count,
  nodes: count,
  trust: trustSummary
})

// peer
const peer = {
  nodeId,
  node: name,
  member: name,
  connected: z.boolean(),
  addresses: z.array(address),
  certificate: certificateSummary
}
export const peerItem = z.object(peer)
export const peerListParams = z.strictObject({ connected: z.boolean().optional(), ...page })
export const peerListResult = pageOf(peerItem)
export const peerParams = z.strictObject({ peer: nodeReference })
export const peerShowResult = z.object({
  ...peer,
  groups,
  direction: z
    .enum(['inbound', 'outbound'])
    .optional()
    .describe('Who dialed; present while connected'),
  connectedSince: time.optional()
})
export const peerConnectParams = z.strictObject({
  peer: nodeReference,
  address: address.optional().describe('Dialed instead of the known addresses'),
  reason
})
export const peerConnectResult = peerShowResult
export const peerDisconnectParams = z.strictObject({ peer: nodeReference, reason })
export const peerDisconnectResult = z.object({
  nodeId,
  disconnected: z.boolean().describe('False where there was no connection')
})
export const peerPingResult = z.object({ nodeId, roundTripMs: z.number().nonnegative() })

// member
const revocation = z.object({ time, index: count, reason: z.string() })
const member = {
  member: name,
  groups,
  attributes,
  addedAt: time,
  suspended: revocation.optional(),
  revoked: revocation.optional()
}
export const memberListParams = z.strictObject(page)
export const memberListResult = pageOf(z.object({ ...member, nodes: count }))
export const memberShowParams = z.strictObject({ member: name })
export const memberShowResult = z.object({
  ...member,
  nodes: z.array(
    z.object({
      nodeId,
      node: name,
      connected: z.boolean(),
      enrolledAt: time,
      certificate: certificateSummary,
      revoked: revocation.optional()
    })
  )
})

const dryRun = z.boolean().default(false).describe('Say what would happen, and change nothing')
const receipt = {
  dryRun: z.boolean(),
  index: count.describe('The entry of the trust log'),
  excluded: z.array(nodeId).describe('Nodes that are refused from now on'),
  restored: z.array(nodeId).describe('Nodes that are admitted again'),
  trust: z.object({ size: count, root: hash })
}
const attributeNames = z.array(name).max(LIMITS.attributesPerMemberMax)
export const memberSetParams = z.strictObject({
  member: name,
  addGroups: groups.default([]),
  removeGroups: groups.default([]),
  setAttributes: attributes.default({}),
  removeAttributes: attributeNames.default([]),
  dryRun,
  idempotencyKey
})
export const memberSetResult = z.object({ member: name, groups, attributes, ...receipt })
const memberChange = z.strictObject({ member: name, reason, dryRun, idempotencyKey })
export const memberSuspendParams = memberChange
export const memberResumeParams = memberChange.omit({ reason: true })
export const memberRemoveParams = memberChange
export const memberChangeResult = z.object({ member: name, ...receipt })

// cert
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
  idempotencyKey
})
export const certRevokeResult = z.object({
  by: z.enum(['serial', 'node', 'member']),
  value: z.string(),
  index: count.describe('The entry of the trust log'),
  nodes: z.array(nodeId).describe('The nodes that are refused from now on'),
  trust: z.object({ size: count, root: hash })
})

// invite
export const inviteCreateParams = z.strictObject({
  member: name,
  node: name,
  groups: groups.default([]),
  ttlMs: z
    .number()
    .int()
    .min(LIMITS.inviteTtlMsMin)
    .max(LIMITS.inviteTtlMsMax)
    .default(LIMITS.inviteTtlMsDefault),
  reason,
  idempotencyKey
})
/** `invite` is a bearer secret: shown once, never listed and never logged. */
export const inviteCreateResult = z.object({ id: z.string(), invite: z.string(), expiresAt: time })
export const inviteListParams = z.strictObject(page)
export const inviteItem = z.object({
  id: z.string(),
  member: name,
  node: name,
  groups,
  state: z.enum(['open', 'used', 'expired', 'revoked']),
  createdAt: time,
  expiresAt: time,
  usedAt: time.optional(),
  usedBy: nodeId.optional()
})
export const inviteListResult = pageOf(inviteItem)
export const inviteRevokeParams = z.strictObject({
  id: text(LIMITS.nameLengthMax),
  reason,
  idempotencyKey
})
export const inviteRevokeResult = inviteItem

// trust
export const trustHeadResult = z.object({
  network: networkId,
  size: count,
  root: hash,
  time,
  checkpointAgeMs: count,
  signer: hash.describe('Fingerprint of the authority key that signed it'),
  checkpoint: base64url.describe('The signed bytes')
})
export const trustEntriesParams = z.strictObject({ from: count.default(0), ...page })
export const trustEntry = z.object({
  index: count,
  time,
  type: z.enum([
    'genesis',
    'member-added',
    'member-changed',
    'member-suspended',
    'member-resumed',
    'node-enrolled',
    'revoked',
    'kind-set',
    'kind-retired',
    'policy-set',
    'authority-key',
    'approvers-set',
    'recovered'
  ]),
  hash,
  signer: hash,
  entry: base64url.describe('The signed bytes'),
  name: name.optional().describe('Genesis: the name of the network'),
  member: name.optional(),
  groups: groups.optional(),
  attributes: attributes.optional(),
  node: name.optional(),
  nodeId: nodeId.optional(),
  serial: serial.optional(),
  notAfter: time.optional(),
  method: z.string().optional(),
  assurance: count.optional(),
  invite: z.string().optional().describe('Empty where the node came without an invite'),
  target: z.object({ by: z.enum(['serial', 'node', 'member']), value: z.string() }).optional(),
  reason: z.string().optional(),
  kind: name.optional(),
  text: z.string().optional().describe('The policy'),
  step: z.enum(['prepared', 'activated', 'tainted', 'revoked']).optional(),
  key: hash.optional().describe('Fingerprint of the authority key that it is about'),
  members: z.array(name).optional().describe('Whose consent grave entries need'),
  threshold: count.optional().describe('How many of them have to agree')
})
export const trustEntriesResult = pageOf(trustEntry)

// record
const recordKey = { kind: name, name: text(LIMITS.recordNameLengthMax) }
/** Exactly one of `value` and `text`. With `expectedVersion` only that version is replaced. */
export const recordPutParams = z
  .strictObject({
    ...recordKey,
    value: base64url.optional(),
    text: z.string().optional(),
    expectedVersion: count.optional().describe('0: there must be no such record yet'),
    reason,
    idempotencyKey
  })
  .refine((params) => (params.value === undefined) !== (params.text === undefined), {
    error: 'give either value (base64url) or text',
    path: ['value']
  })
const record = {
  kind: z.string(),
  owner: name,
  name: z.string(),
  version: count,
  digest: hash,
  expiresAt: time
}
export const recordPutResult = z.object({
  ...record,
  acknowledgedBy: z.array(nodeId).describe('Nodes that have it synced to disk, this one included')
})
/** Without `owner`: the member of this node. */
export const recordGetParams = z.strictObject({ ...recordKey, owner: name.optional() })
export const recordGetResult = z.object({
  ...record,
  value: base64url,
  text: z.string().optional().describe('The value, where it is UTF-8'),
  signer: nodeId,
  verifiedFrom: z
    .array(nodeId)
    .describe('Nodes that gave this version and whose answer was verified here')
})
export const recordListParams = z.strictObject({
  kind: name.optional(),
  owner: name.optional(),
  ...page
})
export const recordListResult = pageOf(z.object({ ...record, signer: nodeId, bytes: count }))

// token
export const tokenCreateParams = z.strictObject({
  methods: z
    .array(methodPattern)
    .max(LIMITS.tokenMethodsMax)
    .default([])
    .describe('Names and noun.*; empty for all but those of tokens'),
  readsOnly: z.boolean().default(false).describe('Nothing but methods that read'),
  ttlMs: z
    .number()
    .int()
    .min(LIMITS.inviteTtlMsMin)
    .max(LIMITS.tokenTtlMsMax)
    .default(LIMITS.tokenTtlMsDefault),
  reason,
  idempotencyKey
})
/** `token` is a bearer secret: shown once, never listed and never logged. */
export const tokenCreateResult = z.object({ id: z.string(), token: z.string(), expiresAt: time })
export const tokenItem = z.object({
  id: z.string(),
  methods: z.array(z.string()),
  readsOnly: z.boolean(),
  createdAt: time,
  expiresAt: time
})
export const tokenListParams = z.strictObject(page)
export const tokenListResult = pageOf(tokenItem)
export const tokenRevokeParams = z.strictObject({ id: text(LIMITS.nameLengthMax), reason })
export const tokenRevokeResult = z.object({ id: z.string() })
