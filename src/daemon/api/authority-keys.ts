import type { NodeApi } from '../../control/node-api.ts'
import { PrivateKey, type PublicKey } from '../../crypto/ed25519.ts'
import { systemRandom } from '../../crypto/random.ts'
import { PeerageError, toPeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import { isSignedBy } from '../../identity/certificate-parse.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { CertificateStore } from '../../storage/certificate-store.ts'
import { keyStep, prepareKey } from '../../trust/authority.ts'
import type { AuthorityKey, KeyStanding } from '../../trust/authority-keys.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { AuthorityRoom } from '../authority-room.ts'
import type { Decide, Receipt } from './decisions.ts'

export interface AuthorityKeysComponents {
  readonly log: TrustLog
  readonly requireRoom: () => AuthorityRoom
  readonly decide: Decide
  readonly certificates: Pick<CertificateStore, 'newest'>
  /** Renews the certificate of this node, where a key signed it that will be refused. */
  readonly renewOwn: (issuer: PublicKey) => Promise<void>
}

type KeysApi = Pick<NodeApi['authority'], 'prepare' | 'activate' | 'taint' | 'revoke'>

/** The life of authority keys: one is prepared, put in charge, and later its certificates go. */
export function createAuthorityKeysApi(components: AuthorityKeysComponents): KeysApi {
  const { log, requireRoom, decide } = components
  const { state } = log

  const show = (key: PublicKey, { dryRun, index, trust, acks, request }: Receipt) => ({
    ...{ fingerprint: authorityFingerprint(key), dryRun, index, trust },
    stranded: stranded(key),
    ...(acks === undefined ? {} : { acks }),
    ...(request === undefined ? {} : { request })
  })

  /** Live nodes whose newest certificate is of this key, as far as it was issued here. */
  function stranded(key: PublicKey): NodeId[] {
    const isOf = (nodeId: NodeId) => {
      const newest = components.certificates.newest(nodeId)
      return newest !== undefined && isSignedBy(newest.bytes, key)
    }
    return state.liveNodes().flatMap(({ nodeId }) => (isOf(nodeId) ? [nodeId] : []))
  }

  return {
    async prepare({ passphrase, dryRun, offline, waitMs }, { signal }) {
      const { keyring } = requireRoom()
      if (dryRun) {
        const trial = PrivateKey.generate(systemRandom)
        const options = { dryRun, waitMs, signal }
        return show(trial.publicKey, await decide(prepareKey(log.network, trial), options))
      }
      // Nobody gets a file for a key that cannot be announced.
      if (!offline || keyring.state() === 'absent') keyring.current()
      const next = await keyring.create(passphrase)
      try {
        const options = { offline, waitMs, signal }
        return show(next.publicKey, await decide(prepareKey(log.network, next), options))
      } catch (error) {
        // A proposal names the key: its file has to be there when the proposal is carried out.
        if (toPeerageError(error).code !== 'APPROVAL_NEEDED') await keyring.discard(next.publicKey)
        throw error
      }
    },
    async activate({ key: reference, passphrase, dryRun, offline, waitMs }, { signal }) {
      const { key } = findKey(state.keyHistory(), reference, 'prepared')
      const step = keyStep('activated', key)
      // Where it is signed, the key has to be; whoever asks for it need not have it.
      if (offline) return show(key, await decide(step, { offline, waitMs, signal }))
      const { keyring, authority } = requireRoom()
      if (!keyring.holds(key)) throw new PeerageError('AUTHORITY_ABSENT')
      // Open until the key in charge is locked: consent may come when nobody is there to open it.
      if (!dryRun) {
        keyring.current()
        await keyring.open(key, passphrase)
      }
      const receipt = await decide(step, {
        ...{ dryRun, waitMs, signal },
        write: async (approvals) =>
          await authority.activateKey(await keyring.open(key, undefined), approvals)
      })
      if (!receipt.dryRun) await keyring.arrange()
      return show(key, receipt)
    },
    async taint({ key: reference, dryRun, offline, waitMs }, { signal }) {
      const { key } = findKey(state.keyHistory(), reference, 'retired')
      const options = { dryRun, offline, waitMs, signal }
      return show(key, await decide(keyStep('tainted', key), options))
    },
    async revoke({ key: reference, dryRun, offline, waitMs }, { signal }) {
      const { key } = findKey(state.keyHistory(), reference, 'tainted')
      if (!dryRun && !offline) await components.renewOwn(key)
      const options = { dryRun, offline, waitMs, signal }
      return show(key, await decide(keyStep('revoked', key), options))
    }
  }
}

/** `sha256:` and at least so many digits. */
const DIGITS_MIN = 8

/**
 * The key behind the beginning of a fingerprint; without one, the only key of this standing. Throws
 * `AUTHORITY_KEY_UNKNOWN`, and `INVALID_ARGUMENT` where several fit.
 */
export function findKey(
  keys: readonly AuthorityKey[],
  reference: string | undefined,
  standing: KeyStanding
): AuthorityKey {
  const digits = reference?.replace(/^sha256:/, '')
  if (digits !== undefined && digits.length < DIGITS_MIN) {
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'key', digitsMin: DIGITS_MIN })
  }
  const found = keys.filter((known) =>
    digits === undefined
      ? known.standing === standing
      : authorityFingerprint(known.key).startsWith(`sha256:${digits}`)
  )
  const [only, ...others] = found
  if (only === undefined)
    throw new PeerageError('AUTHORITY_KEY_UNKNOWN', { key: reference ?? standing })
  if (others.length > 0) {
    const candidates = found.map(({ key }) => authorityFingerprint(key))
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'key', candidates })
  }
  return only
}
