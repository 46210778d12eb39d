import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { LATER } from './samples.ts'

const HEARD = {
  member: 'carol',
  opinions: [{ member: 'mallory', code: 'RECORD_EQUIVOCATION' }],
  counts: true,
  version: 3,
  expiresAt: LATER
}

export const opinionPublish = method({
  name: 'opinion.publish',
  access: 'control',
  summary: 'Publishes of which members this one warns, signed, for some time.',
  params: schema.opinionPublishParams,
  result: schema.opinionPublishResult,
  errors: [
    'NOT_READY',
    'NODE_UNKNOWN',
    'INVALID_ARGUMENT',
    'RECORD_STALE',
    'RECORD_KIND_RETIRED',
    'RECORD_UNDER_REPLICATED',
    'STORAGE_FULL',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [
    {
      params: { about: ['mallory'] },
      result: { opinions: HEARD.opinions, version: 3, expiresAt: LATER, acknowledgedBy: 3 }
    }
  ],
  run: (api, params, call) => api.opinions.publish(params, call)
})

export const opinionSubscribe = method({
  name: 'opinion.subscribe',
  access: 'control',
  summary: 'Reads the list of a member from now on: whom it warns of is dialed later.',
  params: schema.opinionSubscribeParams,
  result: schema.opinionSubscribeResult,
  errors: [
    'NOT_READY',
    'NODE_UNKNOWN',
    'INVALID_ARGUMENT',
    'OPINION_SUBSCRIPTIONS_FULL',
    'IDEMPOTENCY_CONFLICT'
  ],
  examples: [{ params: { member: 'carol' }, result: HEARD }],
  run: (api, params, call) => api.opinions.subscribe(params, call)
})

export const opinionUnsubscribe = method({
  name: 'opinion.unsubscribe',
  access: 'control',
  summary: 'Forgets the list of a member and reads it no more.',
  params: schema.opinionUnsubscribeParams,
  result: schema.opinionUnsubscribeResult,
  errors: ['NOT_READY', 'IDEMPOTENCY_CONFLICT'],
  examples: [{ params: { member: 'carol' }, result: { member: 'carol', unsubscribed: true } }],
  run: (api, params, call) => api.opinions.unsubscribe(params, call)
})

export const opinionList = method({
  name: 'opinion.list',
  access: 'observe',
  summary: 'Lists the members whose lists are read, with whom they warn of.',
  params: schema.opinionListParams,
  result: schema.opinionListResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT'],
  examples: [{ params: {}, result: { items: [HEARD], nextCursor: null } }],
  run: (api, params, call) => api.opinions.list(params, call)
})
