import { method } from '../method.ts'
import * as schema from '../schemas.ts'

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
