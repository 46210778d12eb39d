import { ERRORS } from '../../errors.ts'
import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { ADDRESS, CERTIFICATE, FRESHNESS, NETWORK_ID, NODE_ID, TRUST } from './samples.ts'

export const nodeStatus = method({
  name: 'node.status',
  access: 'observe',
  summary: 'Shows who this node is, what it is connected to, and how fresh its view is.',
  params: schema.noParams,
  result: schema.nodeStatusResult,
  errors: ['NOT_READY'],
  examples: [
    {
      params: {},
      result: {
        attention: [],
        state: 'ready',
        version: '0.1.0',
        nodeId: NODE_ID,
        node: 'hub',
        member: 'authority',
        groups: ['staff'],
        network: { id: NETWORK_ID, name: 'local' },
        listen: [ADDRESS],
        peers: { connected: 2 },
        certificate: CERTIFICATE,
        trust: { ...TRUST, freshness: FRESHNESS },
        journal: { sequence: 12, hash: '5f'.repeat(32) },
        uptimeMs: 60_000
      }
    },
    {
      params: {},
      result: {
        attention: [
          {
            code: 'NO_PEER_CONNECTED',
            message: ERRORS.NO_PEER_CONNECTED.text,
            remedy: ERRORS.CERTIFICATE_NOT_YET_VALID.hint,
            reason: 'CERTIFICATE_NOT_YET_VALID'
          }
        ],
        state: 'ready',
        version: '0.1.0',
        nodeId: NODE_ID,
        node: 'hub',
        member: 'authority',
        groups: [],
        network: { id: NETWORK_ID, name: 'local' },
        listen: [ADDRESS],
        peers: { connected: 0 },
        certificate: CERTIFICATE,
        trust: { ...TRUST, freshness: FRESHNESS },
        journal: { sequence: 12, hash: '5f'.repeat(32) },
        uptimeMs: 60_000
      }
    }
  ],
  run: (api, _params, call) => api.node.status(call)
})

export const nodeStop = method({
  name: 'node.stop',
  access: 'control',
  summary: 'Stops the daemon after this answer.',
  params: schema.nodeStopParams,
  result: schema.nodeStopResult,
  errors: [],
  examples: [{ params: { reason: 'maintenance' }, result: { state: 'stopping' } }],
  run: (api, params, call) => api.node.stop(params, call)
})

export const nodeWait = method({
  name: 'node.wait',
  access: 'observe',
  summary: 'Answers once the node is ready and has so many peers.',
  params: schema.nodeWaitParams,
  result: schema.nodeWaitResult,
  errors: ['TIMEOUT'],
  examples: [
    {
      params: { state: 'ready', peers: 1, timeoutMs: 10_000 },
      result: { state: 'ready', peers: { connected: 2 }, waitedMs: 0 }
    }
  ],
  run: (api, params, call) => api.node.wait(params, call)
})
