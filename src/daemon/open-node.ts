import { existsSync } from 'node:fs'
import type { Config } from '../config/schema.ts'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { parseText } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { type VerifiedCertificate, verifyCertificate } from '../identity/certificate.ts'
import type { Database } from '../storage/database.ts'
import { acquireHomeLock } from '../storage/home-lock.ts'
import { loadKey } from '../storage/key-store.ts'
import { createSettingsStore, type SettingsStore } from '../storage/settings-store.ts'
import { createTrustStore } from '../storage/trust-store.ts'
import type { Clock } from '../time/clock.ts'
import { TrustLog } from '../trust/trust-log.ts'
import { type Home, openHome } from './home.ts'
import { loadConfig, openHomeDatabase } from './home-contents.ts'
import type { Lifecycle } from './lifecycle.ts'

/** Everything of a node that lies in its home, read and checked; nothing listens yet. */
export interface OpenedNode {
  readonly home: Home
  readonly config: Config
  readonly db: Database
  readonly settings: SettingsStore
  readonly log: TrustLog
  readonly key: PrivateKey
  readonly certificate: VerifiedCertificate
  /** Where this home holds the authority. */
  readonly authority: { readonly key: PrivateKey; readonly frontDeskKey: PrivateKey } | undefined
}

export interface OpenNodeInit {
  readonly directory: string
  readonly passphrase: (() => Promise<Uint8Array | undefined>) | undefined
  readonly clock: Clock
}

/**
 * Opens a home for running. Throws `HOME_IN_USE`, `HOME_EMPTY`, `CONFIG_INVALID`,
 * `CLOCK_BEFORE_GENESIS`, `CLOCK_BACKWARD`, the errors of keys and storage, and the fault of the
 * own certificate: a node that everybody would refuse says so itself.
 */
export async function openNode(init: OpenNodeInit, lifecycle: Lifecycle): Promise<OpenedNode> {
  const home = openHome(init.directory)
  if (!existsSync(home.database)) throw new PeerageError('HOME_EMPTY', { path: home.directory })
  lifecycle.started('home lock', acquireHomeLock(home.lock))
  const config = loadConfig(home)
  const db = openHomeDatabase(home)
  lifecycle.started('database', () => db.close())
  const settings = createSettingsStore(db)
  const log = TrustLog.load(createTrustStore(db), { clock: init.clock })
  log.requireClock()
  const passphrase = init.passphrase === undefined ? {} : { passphrase: init.passphrase }
  const key = await loadKey(home.nodeKey, { use: 'node', ...passphrase })
  const certificate = ownCertificate(settings, log, key, init.clock)
  const authority = existsSync(home.authorityKey)
    ? {
        key: await loadKey(home.authorityKey, { use: 'authority', ...passphrase }),
        frontDeskKey: await loadKey(home.frontDeskKey, { use: 'front-desk', ...passphrase })
      }
    : undefined
  return { home, config, db, settings, log, key, certificate, authority }
}

function ownCertificate(
  settings: SettingsStore,
  log: TrustLog,
  key: PrivateKey,
  clock: Clock
): VerifiedCertificate {
  const der = parseText(settings.get('certificate') ?? '', 'base64url')
  if (!der.ok) throw new PeerageError('STORAGE_DAMAGED', { part: 'certificate' })
  const verdict = verifyCertificate(der.value, {
    network: log.network,
    authorityKeys: log.state.authorityKeys,
    key: key.publicKey,
    now: clock.now(),
    exclusionOf: (subject) => log.state.exclusionOf(subject)
  })
  if (verdict.ok) return verdict.value
  // The certificate is bound to the key of this home: another key in its place is a key fault.
  const code = verdict.fault === 'CERTIFICATE_KEY_MISMATCH' ? 'KEY_FILE_MISMATCH' : verdict.fault
  throw new PeerageError(code, verdict.detail)
}
