import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import {
  attributes,
  base64url,
  count,
  groups,
  hash,
  name,
  networkId,
  nodeId,
  page,
  pageOf,
  serial,
  time
} from '../forms.ts'
import { appliedAcks, freshness } from './shared.ts'

export const trustHeadResult = z.object({
  network: networkId,
  size: count,
  root: hash,
  time,
  checkpointAgeMs: count,
  freshness,
  signer: hash.describe('Fingerprint of the authority key that signed it'),
  checkpoint: base64url.describe('The signed bytes'),
  genesis: base64url.describe('The first checkpoint, for somebody who begins with a copy')
})
export const trustAcksParams = z.strictObject({
  index: count.optional().describe('The entry; the newest where left out')
})
export const trustAcksResult = z.object(appliedAcks)
export const trustExportParams = z.strictObject({
  index: count.optional().describe('The entry; the newest where left out')
})
/** The proof as it goes into a file; docs/protocol/trust-log.md describes it. */
export const trustExportResult = z.looseObject({ format: z.string(), network: networkId })
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

/** A log file (docs/protocol/files.md) without what the node has already. */
export const trustImportParams = z.strictObject({
  network: networkId,
  genesis: base64url.max(LIMITS.checkpointBytesMax * 2),
  checkpoint: base64url.max(LIMITS.checkpointBytesMax * 2),
  from: count.describe('The position of the first entry'),
  entries: z.array(base64url).describe('Up to the size of the checkpoint')
})
export const trustImportResult = z.object({
  added: count,
  trust: z.object({ size: count, root: hash })
})
