import * as z from 'zod'
import { LIMITS } from '../../limits.ts'
import { address, count, groups, name, networkId, nodeId, reason } from '../forms.ts'
import { attention, certificateSummary, freshness, trustSummary } from './shared.ts'

export const nodeState = z.enum(['starting', 'ready', 'stopping'])
const peersSummary = z.object({ connected: count })

export const nodeStatusResult = z.object({
  attention: attention.describe(
    'What an operator should look at, the gravest first; empty when all is well'
  ),
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
  trust: trustSummary.extend({ freshness }),
  journal: z
    .object({ sequence: count, hash: z.string() })
    .describe('Head of the audit journal; kept elsewhere, it proves later that nothing is gone'),
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
