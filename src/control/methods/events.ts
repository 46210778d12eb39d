import * as schema from '../event-schemas.ts'
import { method } from '../method.ts'

export const eventsSubscribe = method({
  name: 'events.subscribe',
  access: 'observe',
  summary: 'Sends a notification `events.event` for each event of the topics from now on.',
  params: schema.eventsSubscribeParams,
  result: schema.eventsSubscribeResult,
  errors: ['EVENTS_LAGGED', 'TOO_MANY_REQUESTS'],
  examples: [
    {
      params: { topics: ['peer.*', 'trust.advanced'] },
      result: { subscriptionId: 's1', cursor: 'mjuuvi80.0' }
    }
  ],
  run: (_api, params, call) => {
    const { start, ...result } = call.subscriptions.open(params)
    // A client knows the subscription only once it has read this answer.
    call.afterAnswer(start)
    return result
  }
})

export const eventsUnsubscribe = method({
  name: 'events.unsubscribe',
  access: 'observe',
  summary: 'Ends a subscription of this connection.',
  params: schema.eventsUnsubscribeParams,
  result: schema.eventsUnsubscribeResult,
  errors: ['NOT_FOUND'],
  examples: [{ params: { subscriptionId: 's1' }, result: { subscriptionId: 's1' } }],
  run: (_api, { subscriptionId }, call) => {
    call.subscriptions.close(subscriptionId)
    return { subscriptionId }
  }
})
