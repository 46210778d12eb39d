import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import { formatTime } from '../../time/clock.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import { showTrust } from './present.ts'

export interface NetworkComponents {
  readonly log: TrustLog
  readonly hasAuthorityKey: () => boolean
  readonly frontDesk: () => readonly string[]
}

export function createNetworkApi(components: NetworkComponents): NodeApi['network'] {
  const { log, hasAuthorityKey, frontDesk } = components
  return {
    async show() {
      const { network, signingKey: authorityKey } = log.state
      if (network === undefined || authorityKey === undefined) throw new PeerageError('HOME_EMPTY')
      return {
        id: network.id,
        name: network.name,
        createdAt: formatTime(network.createdAt),
        authority: { fingerprint: authorityFingerprint(authorityKey), local: hasAuthorityKey() },
        frontDesk: [...frontDesk()],
        members: log.state.members().filter((member) => member.revoked === undefined).length,
        nodes: log.state.liveNodes().length,
        trust: showTrust(log)
      }
    }
  }
}
