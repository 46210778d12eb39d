import type { NodeApi } from '../../control/node-api.ts'
import type { PublicKey } from '../../crypto/ed25519.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import { formatTime } from '../../time/clock.ts'
import type { TrustLog } from '../../trust/trust-log.ts'

export interface AuthorityComponents {
  readonly log: TrustLog
  /** Whether the key file is in this home. */
  readonly holds: (key: PublicKey) => boolean
}

export function createAuthorityApi({ log, holds }: AuthorityComponents): NodeApi['authority'] {
  const { state } = log
  return {
    async show() {
      const { signingKey, consent } = state
      if (signingKey === undefined) throw new PeerageError('HOME_EMPTY')
      return {
        fingerprint: authorityFingerprint(signingKey),
        state: holds(signingKey) ? 'unlocked' : 'absent',
        keys: state.keyHistory().map(({ key, standing, since, index }) => ({
          fingerprint: authorityFingerprint(key),
          ...{ standing, index, since: formatTime(since), held: holds(key) }
        })),
        recoverable: state.recoveryKey !== undefined,
        approvers: { members: [...consent.members], threshold: consent.threshold }
      }
    }
  }
}
