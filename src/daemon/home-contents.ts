import { existsSync } from 'node:fs'
import { parseConfig } from '../config/load.ts'
import type { Config } from '../config/schema.ts'
import { formatConfig } from '../config/settings.ts'
import { PrivateKey } from '../crypto/ed25519.ts'
import { systemRandom } from '../crypto/random.ts'
import { toBase64url } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { parseCertificate } from '../identity/certificate.ts'
import { encodeKeyFile, type KeyUse } from '../identity/key-file.ts'
import { createCertificateStore } from '../storage/certificate-store.ts'
import { type Database, openDatabase } from '../storage/database.ts'
import { loadKey, saveKey } from '../storage/key-store.ts'
import { createSettingsStore } from '../storage/settings-store.ts'
import { replaceFile } from '../storage/synced-file.ts'
import { createTrustStore } from '../storage/trust-store.ts'
import type { Home } from './home.ts'

/** What makes a home a node of a network; written in one transaction or not at all. */
export interface Membership {
  /** Entries from genesis on. */
  readonly entries: Iterable<Uint8Array>
  /** The checkpoint of size 1. */
  readonly genesis: Uint8Array
  readonly head: Uint8Array
  /** Of this node, as DER. */
  readonly certificate: Uint8Array
  /** When this home issued it, where it holds the authority itself. */
  readonly issuedAt?: number
  /** Where the node that enrolled this one listens; empty for the first node. */
  readonly bootstrap: readonly string[]
  /** The front desk that did; empty where this home has its own. */
  readonly desk?: readonly string[]
}

export function belongsToNetwork(db: Database): boolean {
  return createTrustStore(db).checkpoint('head') !== undefined
}

/** Throws `HOME_ALREADY_JOINED` when the database holds a network. */
export function requireNoNetwork(db: Database): void {
  if (belongsToNetwork(db)) throw new PeerageError('HOME_ALREADY_JOINED')
}

export function saveMembership(db: Database, membership: Membership): void {
  const { entries, genesis, head, certificate, issuedAt, bootstrap, desk = [] } = membership
  const trust = createTrustStore(db)
  const settings = createSettingsStore(db)
  db.transaction(() => {
    requireNoNetwork(db)
    let from = 0
    for (const entry of entries) {
      trust.append({ from, entries: [entry], ...(from === 0 ? { checkpoint: genesis } : {}) })
      from++
    }
    trust.append({ from, entries: [], checkpoint: head })
    settings.set('certificate', toBase64url(certificate))
    if (issuedAt !== undefined) {
      const parsed = parseCertificate(certificate)
      if (!parsed.ok) throw new PeerageError(parsed.fault, parsed.detail)
      createCertificateStore(db).save(parsed.value, issuedAt)
    }
    settings.set('bootstrap', JSON.stringify(bootstrap))
    settings.set('desk', JSON.stringify(desk))
  })
}

/**
 * The key at `path`, created when there is none. A key that an interrupted attempt has left
 * behind is used again, so that repeating the command completes it.
 */
export async function loadOrCreateKey(
  path: string,
  use: KeyUse,
  passphrase: Uint8Array | undefined
): Promise<PrivateKey> {
  if (existsSync(path)) return await loadKey(path, { use, passphrase: async () => passphrase })
  const key = PrivateKey.generate(systemRandom)
  const protection = passphrase === undefined ? {} : { passphrase }
  await saveKey(path, await encodeKeyFile(key, { use, random: systemRandom, ...protection }))
  return key
}

/** Opens the database of a home; everything that the file system refuses is an error of the home. */
export function openHomeDatabase(home: Home): Database {
  return openDatabase(home.database)
}

/**
 * Writes the settings that were given on the command line, and all others as comments; a file that
 * exists is left alone.
 */
export async function saveConfig(home: Home, settings: Partial<Config>): Promise<void> {
  if (existsSync(home.config)) return
  const text = formatConfig(settings)
  parseConfig(text)
  await replaceFile(home.config, text)
}
