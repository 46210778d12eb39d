import { existsSync } from 'node:fs'
import type { GivenSettings } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { PeerageError, toPeerageError } from '../errors.ts'
import { closeAtRest } from '../storage/at-rest.ts'
import type { Database } from '../storage/database.ts'
import { createDoubtStore } from '../storage/doubt-store.ts'
import { acquireHomeLock } from '../storage/home-lock.ts'
import { loadKey } from '../storage/key-store.ts'
import type { Salvaged } from '../storage/salvage.ts'
import { createSettingsStore, type SettingsStore } from '../storage/settings-store.ts'
import { createTrustStore, restartTrustLog } from '../storage/trust-store.ts'
import type { Clock } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { createSteadyClock, type SteadyClock } from '../time/steady-clock.ts'
import { StoredDoubts } from '../trust/doubts.ts'
import type { TrustState } from '../trust/state.ts'
import { TrustLog } from '../trust/trust-log.ts'
import {
  type AuthorityKeyring,
  authorityKeyPaths,
  openAuthorityKeyring
} from './authority-keyring.ts'
import { type Home, openHome } from './home.ts'
import { lateRenewal } from './late-renewal.ts'
import type { Lifecycle } from './lifecycle.ts'
import { type LiveConfig, openLiveConfig } from './live-config.ts'
import { requireForward } from './newest-time.ts'
import { openOrSalvage } from './open-or-salvage.ts'
import { type OwnCertificate, openOwnCertificate } from './own-certificate.ts'

/** Everything of a node that lies in its home, read and checked; nothing listens yet. */
export interface OpenedNode {
  readonly home: Home
  /** As it was at the start: what does not change while the node runs. */
  readonly config: Config
  readonly live: LiveConfig
  readonly db: Database
  /** Whether the database is as it was closed, byte for byte. */
  readonly isUnchanged: boolean
  /** What became of the database where it was found damaged at this start. */
  readonly salvaged: Salvaged | undefined
  readonly settings: SettingsStore
  readonly log: TrustLog
  readonly doubts: StoredDoubts
  readonly key: PrivateKey
  /** The one that everything in the node goes by. */
  readonly clock: SteadyClock
  readonly certificate: OwnCertificate
  /** Where this home holds an authority key, locked or not. */
  readonly authority:
    | { readonly keyring: AuthorityKeyring; readonly frontDeskKey: PrivateKey }
    | undefined
}

export interface OpenNodeInit {
  readonly directory: string
  readonly passphrase?: Uint8Array | undefined
  /** Of the authority key; without it the one of the other keys is tried. */
  readonly authorityPassphrase?: Uint8Array | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** An earlier run has seen a later time, and its clock was wrong. */
  readonly acceptClock?: boolean | undefined
  readonly given?: GivenSettings | undefined
}

/**
 * Opens a home for running. Throws `HOME_IN_USE`, `HOME_EMPTY`, `CONFIG_INVALID`, `ENVIRONMENT_EMPTY`,
 * `CLOCK_BEFORE_GENESIS`, `CLOCK_BACKWARD`, the errors of keys and storage, and the fault of the
 * own certificate: a node that everybody would refuse says so itself.
 */
export async function openNode(init: OpenNodeInit, lifecycle: Lifecycle): Promise<OpenedNode> {
  const home = openHome(init.directory)
  if (!existsSync(home.database)) throw new PeerageError('HOME_EMPTY', { path: home.directory })
  lifecycle.started('home lock', acquireHomeLock(home.lock))
  const live = openLiveConfig(home.config, init.given ?? {})
  const config = live.config()
  const clock = createSteadyClock(init.clock)
  const { db, doubts, log, salvaged, isUnchanged } = openOrSalvage(home, clock, (opened) => {
    const stored = new StoredDoubts(createDoubtStore(opened))
    giveUpHistory(opened, stored)
    const trust = TrustLog.load(createTrustStore(opened), { clock, doubts: stored })
    return { doubts: stored, log: trust }
  })
  lifecycle.started('database', () => closeAtRest(db, home.database))
  const settings = createSettingsStore(db)
  log.requireClock()
  requireForward(settings, clock, init.acceptClock)
  const passphrase = async () => init.passphrase
  const key = await loadKey(home.nodeKey, { use: 'node', passphrase })
  const authority =
    authorityKeyPaths(home).length === 0
      ? undefined
      : {
          keyring: await openKeyring(home, log.state, init),
          frontDeskKey: await loadKey(home.frontDeskKey, { use: 'front-desk', passphrase })
        }
  const certificate = await openOwnCertificate({
    ...{ db, settings, log, key, clock },
    keyring: authority?.keyring,
    atDesk: (expired) => lateRenewal({ settings, log, key, scheduler: init.scheduler }, expired)
  })
  return {
    home,
    config,
    live,
    db,
    salvaged,
    isUnchanged,
    settings,
    log,
    doubts,
    key,
    certificate,
    authority,
    clock
  }
}

/**
 * A key that has a passphrase of its own stays locked until somebody unlocks it; one that was given
 * for it has to be right.
 */
async function openKeyring(
  home: Home,
  trust: TrustState,
  { passphrase, authorityPassphrase }: OpenNodeInit
): Promise<AuthorityKeyring> {
  const keyring = await openAuthorityKeyring(home, trust)
  await keyring.arrange()
  if (keyring.state() === 'absent') return keyring
  try {
    await keyring.unlock(authorityPassphrase ?? passphrase)
  } catch (error) {
    const { code } = toPeerageError(error)
    const isOther = code === 'PASSPHRASE_REQUIRED' || code === 'PASSPHRASE_WRONG'
    if (!isOther || authorityPassphrase !== undefined) throw error
  }
  return keyring
}

/** What the operator has decided while the node ran; the log can start again only at rest. */
function giveUpHistory(db: Database, doubts: StoredDoubts): void {
  const pending = doubts.all().filter(({ decision }) => decision === 'switch')
  if (pending.length === 0) return
  restartTrustLog(db)
  for (const doubt of pending) doubts.decide(doubt, 'switched')
}
