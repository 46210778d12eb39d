import type { NodeApi } from '../../control/node-api.ts'
import { PUBLIC_KEY_BYTES, PublicKey } from '../../crypto/ed25519.ts'
import { parseText } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import type { CertificateStore } from '../../storage/certificate-store.ts'
import type { Journal } from '../../storage/journal.ts'
import { formatTime } from '../../time/clock.ts'
import { requireRecoveryKey } from '../../trust/authority.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { AuthorityRoom } from '../authority-room.ts'
import { createAuthorityKeysApi } from './authority-keys.ts'
import type { Decide } from './decisions.ts'

export interface AuthorityComponents {
  readonly log: TrustLog
  /** Absent where no authority key is: what needs one is `AUTHORITY_ABSENT` then. */
  readonly room: AuthorityRoom | undefined
  readonly journal: Pick<Journal, 'append'>
  readonly decide: Decide
  readonly certificates: Pick<CertificateStore, 'newest'>
  /** Renews the certificate of this node, where this key signed it. */
  readonly renewOwn: (issuer: PublicKey) => Promise<void>
}

export function createAuthorityApi(components: AuthorityComponents): NodeApi['authority'] {
  const { log, room, journal } = components
  const { state } = log
  const holds = (key: PublicKey) => room?.keyring.holds(key) ?? false
  const requireRoom = (): AuthorityRoom => {
    if (room === undefined) throw new PeerageError('AUTHORITY_ABSENT')
    return room
  }
  const showLock = () => {
    const locksAt = room?.locksAt()
    return {
      state: room?.keyring.state() ?? ('absent' as const),
      ...(locksAt === undefined ? {} : { locksAt: formatTime(locksAt) })
    }
  }
  return {
    ...createAuthorityKeysApi({ ...components, requireRoom }),
    async show() {
      const { signingKey, consent } = state
      if (signingKey === undefined) throw new PeerageError('HOME_EMPTY')
      return {
        fingerprint: authorityFingerprint(signingKey),
        ...showLock(),
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
    },
    async unlock({ passphrase, forMs }) {
      await requireRoom().unlock(passphrase, forMs)
      return showLock()
    },
    async lock() {
      await requireRoom().lock()
      return showLock()
    }
  }
}
