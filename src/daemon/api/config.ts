import { listOrigins } from '../../config/settings.ts'
import type { NodeApi } from '../../control/node-api.ts'
import type { LiveConfig } from '../live-config.ts'

/** The settings of the running node. */
export function createConfigApi(live: LiveConfig, file: string): NodeApi['config'] {
  return {
    async show() {
      return { file, settings: listOrigins({ config: live.config(), originOf: live.origin }) }
    },
    async reload() {
      return live.reload()
    }
  }
}
