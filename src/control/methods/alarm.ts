import { method } from '../method.ts'
import * as schema from '../schemas.ts'
import { OTHER_NODE_ID, SERIAL, TIME } from './samples.ts'

const ALARM = {
  id: 3,
  code: 'CERTIFICATE_SUPERSEDED',
  subject: OTHER_NODE_ID,
  message: 'A newer certificate of this node was issued before.',
  remedy:
    'Somebody else renews with a copy of the key: revoke the node and join again with a new one.',
  detail: { serial: SERIAL },
  times: 1,
  raisedAt: TIME,
  lastAt: TIME
}

export const trustAlarms = method({
  name: 'trust.alarms',
  access: 'observe',
  summary: 'Lists what an operator has to know of and decide, oldest first.',
  params: schema.trustAlarmsParams,
  result: schema.trustAlarmsResult,
  errors: ['NOT_READY', 'INVALID_ARGUMENT', 'STORAGE_DAMAGED'],
  examples: [
    {
      params: {},
      result: { items: [{ ...ALARM, state: 'open' }], nextCursor: null }
    }
  ],
  run: (api, params, call) => api.trust.alarms(params, call)
})

export const trustAcknowledge = method({
  name: 'trust.acknowledge',
  access: 'control',
  summary: 'Marks an alarm as seen: it asks for no attention any more, and stays until it is over.',
  params: schema.trustAcknowledgeParams,
  result: schema.trustAcknowledgeResult,
  errors: ['NOT_READY', 'NOT_FOUND'],
  examples: [
    {
      params: { id: 3, reason: 'the laptop is being replaced' },
      result: { ...ALARM, state: 'acknowledged', acknowledgedAt: TIME }
    }
  ],
  run: (api, params, call) => api.trust.acknowledge(params, call)
})
