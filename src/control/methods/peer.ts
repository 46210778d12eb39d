import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { ADDRESS, OTHER_NODE_ID, PEER, TIME } from './samples.ts'

const SHOWN = {
  ...PEER,
  groups: ['staff'],
  direction: 'outbound' as const,
  connectedSince: TIME
}

export const peerList = method({
  name: 'peer.list',
  access: 'observe',
  summary: 'Lists the nodes of the other members and whether they are connected.',
  params: schema.peerListParams,
  result: schema.peerListResult,
  errors: ['NOT_READY'],
  examples: [
    { params: {}, result: { items: [PEER], nextCursor: null } },
    { params: { connected: true, limit: 10 }, result: { items: [PEER], nextCursor: null } }
  ],
  run: (api, params, call) => api.peers.list(params, call)
})

export const peerShow = method({
  name: 'peer.show',
  access: 'observe',
  summary: 'Shows one peer.',
  params: schema.peerParams,
  result: schema.peerShowResult,
  errors: ['NOT_READY', 'PEER_UNKNOWN', 'INVALID_ARGUMENT'],
  examples: [{ params: { peer: 'alice/laptop' }, result: SHOWN }],
  run: (api, params, call) => api.peers.show(params, call)
})

export const peerConnect = method({
  name: 'peer.connect',
  access: 'control',
  summary: 'Connects to a peer; one that is connected stays as it is.',
  params: schema.peerConnectParams,
  result: schema.peerConnectResult,
  errors: [
    'NOT_READY',
    'PEER_UNKNOWN',
    'INVALID_ARGUMENT',
    'ADDRESS_INVALID',
    'PEER_UNREACHABLE',
    'ADMISSION_REFUSED_BY_PEER',
    'HANDSHAKE_FAILED',
    'PEER_UNCERTIFIED',
    'CERTIFICATE_REVOKED',
    'CERTIFICATE_EXPIRED',
    'TIMEOUT'
  ],
  examples: [
    { params: { peer: 'alice/laptop' }, result: SHOWN },
    { params: { peer: OTHER_NODE_ID, address: ADDRESS, reason: 'drill' }, result: SHOWN }
  ],
  run: (api, params, call) => api.peers.connect(params, call)
})

export const peerDisconnect = method({
  name: 'peer.disconnect',
  access: 'control',
  summary: 'Closes the connection to a peer.',
  params: schema.peerDisconnectParams,
  result: schema.peerDisconnectResult,
  errors: ['NOT_READY', 'PEER_UNKNOWN', 'INVALID_ARGUMENT'],
  examples: [{ params: { peer: 'laptop' }, result: { nodeId: OTHER_NODE_ID, disconnected: true } }],
  run: (api, params, call) => api.peers.disconnect(params, call)
})

export const peerDiagnose = method({
  name: 'peer.diagnose',
  access: 'control',
  summary: 'Asks a connected peer about its state; it answers what its operator allows.',
  params: schema.peerDiagnoseParams,
  result: schema.peerDiagnoseResult,
  errors: [
    'NOT_READY',
    'NODE_UNKNOWN',
    'INVALID_ARGUMENT',
    'PEER_NOT_CONNECTED',
    'DIAGNOSTICS_DENIED',
    'DIAGNOSTICS_EXPIRED',
    'CONNECTION_CLOSED',
    'TIMEOUT'
  ],
  examples: [
    {
      params: { peer: 'alice/laptop', kinds: ['version', 'clock'] },
      result: {
        nodeId: OTHER_NODE_ID,
        answers: [{ kind: 'version', value: '0.1.0' }],
        denied: ['clock']
      }
    }
  ],
  run: (api, params, call) => api.peers.diagnose(params, call)
})

export const peerPing = method({
  name: 'peer.ping',
  access: 'control',
  summary: 'Measures one round trip to a connected peer.',
  params: schema.peerParams,
  result: schema.peerPingResult,
  errors: [
    'NOT_READY',
    'PEER_UNKNOWN',
    'INVALID_ARGUMENT',
    'PEER_NOT_CONNECTED',
    'CONNECTION_CLOSED',
    'TIMEOUT'
  ],
  examples: [
    { params: { peer: 'alice/laptop' }, result: { nodeId: OTHER_NODE_ID, roundTripMs: 1.25 } }
  ],
  run: (api, params, call) => api.peers.ping(params, call)
})
