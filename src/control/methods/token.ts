import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { LATER, TIME } from './samples.ts'

const ITEM = {
  id: '00f1e2d3c4b5a697',
  methods: ['record.*', 'peer.list'],
  readsOnly: true,
  createdAt: TIME,
  expiresAt: LATER
}

export const tokenCreate = method({
  name: 'token.create',
  access: 'control',
  summary: 'Makes a token for delegated use, which can only narrow what a socket grants.',
  params: schema.tokenCreateParams,
  result: schema.tokenCreateResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT', 'OVERLOADED', 'IDEMPOTENCY_CONFLICT'],
  examples: [
    {
      params: { methods: ['record.*', 'peer.list'], readsOnly: true, ttlMs: 3_600_000 },
      result: { id: ITEM.id, token: 'peerage-token1:AAAA', expiresAt: LATER }
    }
  ],
  run: (api, params, call) => api.tokens.create(params, call)
})

export const tokenList = method({
  name: 'token.list',
  access: 'observe',
  summary: 'Lists tokens that have neither ended nor been revoked; never the tokens themselves.',
  params: schema.tokenListParams,
  result: schema.tokenListResult,
  errors: ['NOT_READY'],
  examples: [{ params: {}, result: { items: [ITEM], nextCursor: null } }],
  run: (api, params, call) => api.tokens.list(params, call)
})

export const tokenRevoke = method({
  name: 'token.revoke',
  access: 'control',
  summary: 'Makes a token worthless, on open connections too, with all that were narrowed from it.',
  params: schema.tokenRevokeParams,
  result: schema.tokenRevokeResult,
  errors: ['NOT_READY', 'NOT_FOUND'],
  examples: [{ params: { id: ITEM.id, reason: 'project ended' }, result: { id: ITEM.id } }],
  run: (api, params, call) => api.tokens.revoke(params, call)
})
