import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { HASH } from './samples.ts'

export const recordWatch = method({
  name: 'record.watch',
  access: 'observe',
  summary: 'Sends a notification `record.changed` for each newer version of a record from now on.',
  params: schema.recordWatchParams,
  result: schema.recordWatchResult,
  errors: [
    'NOT_READY',
    'INVALID_ARGUMENT',
    'TOO_MANY_REQUESTS',
    'RECORD_KIND_UNKNOWN',
    'RECORD_KIND_RETIRED',
    'RECORD_NAME_INVALID',
    'RECORD_OWNER_NEEDED',
    'RECORD_READER_DENIED',
    'RECORD_SEALED',
    'RECORD_HOLDERS_UNREACHABLE'
  ],
  examples: [
    {
      params: { kind: 'note', name: 'greeting', owner: 'alice' },
      result: { subscriptionId: 's1', cursor: `1.${HASH}` }
    }
  ],
  run: async (api, params, call) => {
    const { start, ...result } = await call.subscriptions.openWatch((onChange) =>
      api.records.watch({ ...params, onChange }, call)
    )
    // A client knows the subscription only once it has read this answer.
    call.afterAnswer(start)
    return result
  }
})

export const recordUnwatch = method({
  name: 'record.unwatch',
  access: 'observe',
  summary: 'Ends a watch of this connection.',
  params: schema.recordUnwatchParams,
  result: schema.recordUnwatchResult,
  errors: ['NOT_FOUND'],
  examples: [{ params: { subscriptionId: 's1' }, result: { subscriptionId: 's1' } }],
  run: (_api, { subscriptionId }, call) => {
    call.subscriptions.close(subscriptionId)
    return { subscriptionId }
  }
})
