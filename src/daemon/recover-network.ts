import { join } from 'node:path'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { authorityFingerprint } from '../identity/certificate.ts'
import type { Logger } from '../log.ts'
import { createJournal } from '../storage/journal.ts'
import { loadKey } from '../storage/key-store.ts'
import { createSettingsStore } from '../storage/settings-store.ts'
import { systemClock } from '../time/clock.ts'
import { recoverAuthority, requireRecoveryKey } from '../trust/authority.ts'
import { showHash } from './api/present.ts'
import { openAuthorityKeyring } from './authority-keyring.ts'
import { withClosedHome } from './closed-home.ts'
import { loadOrCreateKey } from './home-contents.ts'
import { saveRecoveryCode } from './recovery-file.ts'
import { requireNotRestored } from './restored.ts'

export interface RecoverNetworkInit {
  readonly home: string
  /** The recovery key that was typed. */
  readonly recovery: PrivateKey
  /** Where the next recovery code is written; else in the home. False: no further recovery. */
  readonly recoveryFile?: string | false
  readonly reason: string
  /** That of the node key; it encrypts the new keys, too. */
  readonly passphrase?: Uint8Array
  readonly log: Logger
}

export interface RecoveredNetwork {
  readonly network: { readonly id: string; readonly name: string }
  readonly authority: { readonly fingerprint: string }
  /** The entry of the trust log. */
  readonly index: number
  readonly trust: { readonly size: number; readonly root: string }
  readonly recoveryFile: string | undefined
}

/**
 * Makes this home, of any node of the network, the home of its authority: a new authority key, which
 * the recovery key puts in charge in the trust log of this home, from where it spreads. The keys and
 * the next code are on disk before the entry; repeating the command completes it.
 *
 * Throws `HOME_EMPTY`, `HOME_IN_USE`, `HOME_RESTORED`, `RECOVERY_ABSENT`, `RECOVERY_CODE_WRONG`, and the errors of
 * keys, clock and storage.
 */
export async function recoverNetwork(init: RecoverNetworkInit): Promise<RecoveredNetwork> {
  return await withClosedHome(init.home, systemClock, async ({ home, db, log }) => {
    const { state } = log
    requireNotRestored(createSettingsStore(db))
    requireRecoveryKey(state, init.recovery.publicKey)
    const { passphrase } = init
    // A passphrase that does not open this node would leave it with keys that never open together.
    await loadKey(home.nodeKey, { use: 'node', passphrase: async () => passphrase })
    const keyring = await openAuthorityKeyring(home, state)
    const next = await keyring.create(passphrase)
    await loadOrCreateKey(home.frontDeskKey, 'front-desk', passphrase)
    const name = state.network?.name ?? ''
    const recovery =
      init.recoveryFile === false
        ? undefined
        : await saveRecoveryCode(join(home.directory, `recovery-code-${log.size}.txt`), {
            path: init.recoveryFile,
            network: name
          })
    const { index } = recoverAuthority(log, {
      ...{ recovery: init.recovery, next, nextRecovery: recovery?.key, reason: init.reason },
      time: Math.max(systemClock.now(), log.head().checkpoint.time)
    })
    await keyring.arrange()
    createJournal(db, systemClock).append({ event: 'authority.recovered', detail: { index } })
    init.log.info('network.recovered', { network: log.network, index })
    const { size, root } = log.head().checkpoint
    return {
      network: { id: log.network, name },
      authority: { fingerprint: authorityFingerprint(next.publicKey) },
      index,
      trust: { size, root: showHash(root) },
      recoveryFile: recovery?.path
    }
  })
}
