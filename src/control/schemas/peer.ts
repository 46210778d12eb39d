import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { DIAGNOSTIC_KINDS } from '../../protocols/diagnostics/messages.ts'
import {
  address,
  groups,
  name,
  nodeId,
  nodeReference,
  page,
  pageOf,
  reason,
  time
} from '../forms.ts'
import { standing } from './reputation.ts'
import { certificateSummary } from './shared.ts'

const peer = {
  nodeId,
  node: name,
  member: name,
  connected: z.boolean(),
  addresses: z.array(address),
  certificate: certificateSummary,
  standing: standing.describe('Of its member, with this node'),
  standingReason: z.string()
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
const kind = z.enum(DIAGNOSTIC_KINDS)
export const peerDiagnoseParams = z.strictObject({
  peer: nodeReference,
  kinds: z
    .array(kind)
    .min(1)
    .max(DIAGNOSTIC_KINDS.length)
    .default([...DIAGNOSTIC_KINDS])
    .describe('What is asked; default: everything'),
  expiresInMs: z
    .number()
    .int()
    .min(1000)
    .max(LIMITS.diagnosticsMsMax)
    .default(LIMITS.diagnosticsMsDefault)
    .describe('How long the question lasts')
})
export const peerDiagnoseResult = z.object({
  nodeId,
  answers: z.array(z.object({ kind, value: z.union([z.number(), z.string()]) })),
  denied: z.array(kind).describe('Asked as well, and not told to this member')
})
export const peerPingResult = z.object({ nodeId, roundTripMs: z.number().nonnegative() })
