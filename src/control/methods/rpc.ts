import { method } from '../method.ts'
import * as schema from '../schemas.ts'

/** Of a root key and an id that are all zeros, for `peer.list` alone. */
const SAMPLE_TOKEN =
  'peerage-token1:pGJpZEgAAAAAAAAAAGNtYWNYIOlkLRES_mGEm248dEbHnJZewXMWychJzTPfzfgjiF1PZ2NhdmVhdHOBVKFnbWV0aG9kc4FpcGVlci5saXN0Z3ZlcnNpb24B'

export const rpcDiscover = method({
  name: 'rpc.discover',
  access: 'observe',
  summary: 'Describes the methods that this socket offers, as an OpenRPC document.',
  params: schema.noParams,
  result: schema.rpcDiscoverResult,
  errors: [],
  examples: [
    {
      params: {},
      result: { openrpc: '1.3.2', info: { title: 'Peerage', version: '0.1.0' }, methods: [] }
    }
  ],
  run: (_api, _params, call) => ({ ...call.discover() })
})

export const rpcVersion = method({
  name: 'rpc.version',
  access: 'observe',
  summary: 'Tells the version of the daemon.',
  params: schema.noParams,
  result: schema.rpcVersionResult,
  errors: [],
  examples: [{ params: {}, result: { name: 'peerage', version: '0.1.0' } }],
  run: (_api, _params, { version }) => ({ name: 'peerage', version })
})

export const rpcAuthenticate = method({
  name: 'rpc.authenticate',
  access: 'observe',
  summary: 'Shows a token: this connection keeps what both the socket and the token allow.',
  params: schema.rpcAuthenticateParams,
  result: schema.rpcAuthenticateResult,
  errors: ['TOKEN_INVALID', 'TOKEN_EXPIRED', 'TOO_MANY_REQUESTS'],
  examples: [
    {
      params: { token: SAMPLE_TOKEN },
      result: { id: '0000000000000000', methods: ['rpc.discover', 'peer.list'] }
    }
  ],
  run: (_api, { token }, call) => {
    const { id } = call.restrict(token)
    return { id, methods: call.discover().methods.map(({ name }) => name) }
  }
})

export const rpcPing = method({
  name: 'rpc.ping',
  access: 'observe',
  summary: 'Answers at once.',
  params: schema.noParams,
  result: schema.rpcPingResult,
  errors: [],
  examples: [{ params: {}, result: { pong: true } }],
  run: () => ({ pong: true as const })
})
