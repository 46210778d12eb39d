import { ERRORS } from '../../errors.ts'
import { method } from '../method.ts'
import * as schema from '../schemas.ts'

export const nodeHealth = method({
  name: 'node.health',
  access: 'observe',
  summary: 'Says whether this node does its work, and what keeps it from that.',
  params: schema.noParams,
  result: schema.nodeHealthResult,
  errors: [],
  examples: [
    { params: {}, result: { live: true, ready: true, reasons: [] } },
    {
      params: {},
      result: {
        live: true,
        ready: false,
        reasons: [
          {
            code: 'CERTIFICATE_REVOKED',
            message: ERRORS.CERTIFICATE_REVOKED.text,
            remedy: ERRORS.CERTIFICATE_REVOKED.hint
          }
        ]
      }
    }
  ],
  run: (api, _params, call) => api.node.health(call)
})

export const nodeMetrics = method({
  name: 'node.metrics',
  access: 'observe',
  summary: 'Gives every metric of this node with its samples, as docs/metrics.md lists them.',
  params: schema.noParams,
  result: schema.nodeMetricsResult,
  errors: ['STORAGE_FAILED'],
  examples: [
    {
      params: {},
      result: {
        metrics: [
          {
            name: 'peerage_peers',
            type: 'gauge',
            help: 'Connected peers by the standing of their members.',
            samples: [{ labels: { standing: 'neutral' }, value: 2 }]
          }
        ]
      }
    }
  ],
  run: (api, _params, call) => api.node.metrics(call)
})
