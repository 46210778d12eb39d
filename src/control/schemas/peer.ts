import * as z from 'zod'
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
export const peerPingResult = z.object({ nodeId, roundTripMs: z.number().nonnegative() })
