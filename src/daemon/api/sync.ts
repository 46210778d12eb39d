import type { NodeApi } from '../../control/node-api.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { TrustSync } from '../../protocols/trust-sync/index.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import { showTrust } from './present.ts'

export interface SyncComponents {
  readonly log: TrustLog
  readonly overlay: Pick<Overlay, 'peers'>
  readonly trustSync: Pick<TrustSync, 'pull'>
}

export function createSyncApi(components: SyncComponents): NodeApi['trust']['sync'] {
  const { log, overlay, trustSync } = components
  return async () => {
    const before = log.size
    const peers = await Promise.all(
      overlay.peers().map(async ({ nodeId, node, member }) => {
        const pulled = await trustSync.pull(nodeId)
        return { nodeId, node, member, ...(pulled.ok ? {} : { code: pulled.fault }) }
      })
    )
    return { ...showTrust(log), added: log.size - before, peers }
  }
}
