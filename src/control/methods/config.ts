import { method } from '../method.ts'
import * as schema from '../schemas.ts'

export const configShow = method({
  name: 'config.show',
  access: 'observe',
  summary: 'Shows every setting that this node goes by, with what has given it.',
  params: schema.noParams,
  result: schema.configShowResult,
  errors: [],
  examples: [
    {
      params: {},
      result: {
        file: '/home/hub/.peerage/peerage.toml',
        settings: [
          {
            name: 'log_level',
            value: 'debug',
            origin: 'environment',
            variable: 'PEERAGE_LOG_LEVEL',
            reload: true
          }
        ]
      }
    }
  ],
  run: (api, _params, call) => api.config.show(call)
})

export const nodeReload = method({
  name: 'node.reload',
  access: 'control',
  summary: 'Reads the configuration file again and applies what can change while the node runs.',
  params: schema.noParams,
  result: schema.nodeReloadResult,
  errors: ['CONFIG_INVALID', 'ENVIRONMENT_EMPTY'],
  examples: [{ params: {}, result: { applied: ['log_level'], later: ['listen'] } }],
  run: (api, _params, call) => api.config.reload(call)
})
