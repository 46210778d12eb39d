import type { NodeApi } from '../../control/node-api.ts'
import { PUBLIC_KEY_BYTES, PublicKey } from '../../crypto/ed25519.ts'
import { parseText } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import type { Journal } from '../../storage/journal.ts'
import { formatTime } from '../../time/clock.ts'
import { requireRecoveryKey } from '../../trust/authority.ts'
import type { TrustLog } from '../../trust/trust-log.ts'

export interface AuthorityComponents {
  readonly log: TrustLog
  /** Whether the key file is in this home. */
  readonly holds: (key: PublicKey) => boolean
  readonly journal: Pick<Journal, 'append'>
}

export function createAuthorityApi({
  log,
  holds,
  journal
}: AuthorityComponents): NodeApi['authority'] {
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
    },
    async testRecovery({ key }) {
      const bytes = parseText(key, 'base64url')
      if (!bytes.ok || bytes.value.length !== PUBLIC_KEY_BYTES) {
        throw new PeerageError('INVALID_ARGUMENT', { argument: 'key' })
      }
      requireRecoveryKey(state, new PublicKey(bytes.value))
      journal.append({ event: 'recovery.tested' })
      return { network: { id: log.network, name: state.network?.name ?? '' } }
    }
  }
}
