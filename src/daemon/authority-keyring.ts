import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { PrivateKey, type PublicKey } from '../crypto/ed25519.ts'
import { systemRandom } from '../crypto/random.ts'
import { toHex } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { encodeKeyFile } from '../identity/key-file.ts'
import { loadKey, loadKeyHeader, removeKey, renameKey, saveKey } from '../storage/key-store.ts'
import type { TrustState } from '../trust/state.ts'
import type { Home } from './home.ts'

export type KeyState = 'absent' | 'locked' | 'unlocked'

interface KeyFile {
  readonly path: string
  readonly publicKey: PublicKey
}

/**
 * The authority keys of a home: each in a file of its own, and in memory only while it is unlocked.
 * Which of them is in charge is for the trust log to say and for nothing else, so that no crash can
 * leave the files and the log in contradiction.
 */
export interface AuthorityKeyring {
  /** The key in charge. Throws `AUTHORITY_ABSENT`, `AUTHORITY_LOCKED`. */
  current(): PrivateKey
  /** Of the key in charge. */
  state(): KeyState
  holds(key: PublicKey): boolean
  /** Opens the key in charge. Throws `AUTHORITY_ABSENT`, and as `loadKey`. */
  unlock(passphrase: Uint8Array | undefined): Promise<void>
  /**
   * Forgets every key at once; the secrets are overwritten once `settled` says that nobody uses
   * them. False where nothing was unlocked.
   */
  lock(settled: () => Promise<void>): Promise<boolean>
  /** Makes a key with a file of its own. Throws as `saveKey`. */
  create(passphrase: Uint8Array | undefined): Promise<PrivateKey>
  /**
   * Opens any key of this home, and keeps it until `lock`; without a passphrase, also one that was
   * opened before. Throws as {@link unlock}.
   */
  open(key: PublicKey, passphrase: Uint8Array | undefined): Promise<PrivateKey>
  /** Removes the file of a key that did not come to anything. */
  discard(key: PublicKey): Promise<void>
  /** Gives the file of the key in charge the name `authority.key`, and the others their own. */
  arrange(): Promise<void>
}

/** Throws as `loadKeyHeader` for the key files of the home. */
export async function openAuthorityKeyring(
  home: Home,
  trust: Pick<TrustState, 'signingKey'>
): Promise<AuthorityKeyring> {
  const files: KeyFile[] = []
  for (const path of authorityKeyPaths(home)) {
    files.push({ path, ...(await loadKeyHeader(path, 'authority')) })
  }
  const unlocked = new Map<string, PrivateKey>()

  const fileOf = (key: PublicKey | undefined) =>
    key === undefined ? undefined : files.find(({ publicKey }) => publicKey.equals(key))
  const current = () =>
    trust.signingKey === undefined ? undefined : unlocked.get(toHex(trust.signingKey.bytes))
  const state = (): KeyState => {
    if (fileOf(trust.signingKey) === undefined) return 'absent'
    return current() === undefined ? 'locked' : 'unlocked'
  }
  const ownPath = ({ publicKey }: KeyFile) =>
    join(home.directory, `authority-${toHex(publicKey.bytes).slice(0, OWN_NAME_DIGITS)}.key`)

  async function load(key: PublicKey, passphrase: Uint8Array | undefined): Promise<PrivateKey> {
    const file = fileOf(key)
    if (file === undefined) throw new PeerageError('AUTHORITY_ABSENT')
    const opened = await loadKey(file.path, {
      ...{ use: 'authority', publicKey: key },
      passphrase: async () => passphrase
    })
    unlocked.set(toHex(key.bytes), opened)
    return opened
  }

  async function rename(file: KeyFile, path: string): Promise<void> {
    await renameKey(file.path, path)
    files[files.indexOf(file)] = { ...file, path }
  }

  return {
    current() {
      const key = current()
      if (key !== undefined) return key
      throw new PeerageError(state() === 'locked' ? 'AUTHORITY_LOCKED' : 'AUTHORITY_ABSENT')
    },
    state,
    holds: (key) => fileOf(key) !== undefined,
    async unlock(passphrase) {
      const { signingKey } = trust
      if (signingKey === undefined) throw new PeerageError('AUTHORITY_ABSENT')
      await load(signingKey, passphrase)
    },
    async lock(settled) {
      const keys = [...unlocked.values()]
      unlocked.clear()
      await settled()
      for (const key of keys) key.wipe()
      return keys.length > 0
    },
    async create(passphrase) {
      const key = PrivateKey.generate(systemRandom)
      const file = { path: '', publicKey: key.publicKey }
      const path = ownPath(file)
      const protection = passphrase === undefined ? {} : { passphrase }
      const text = await encodeKeyFile(key, {
        ...{ use: 'authority', random: systemRandom },
        ...protection
      })
      await saveKey(path, text)
      files.push({ ...file, path })
      return key
    },
    async open(key, passphrase) {
      const opened = passphrase === undefined ? unlocked.get(toHex(key.bytes)) : undefined
      return opened ?? (await load(key, passphrase))
    },
    async discard(key) {
      const file = fileOf(key)
      if (file === undefined) return
      await removeKey(file.path)
      files.splice(files.indexOf(file), 1)
    },
    async arrange() {
      const inCharge = fileOf(trust.signingKey)
      if (inCharge === undefined || inCharge.path === home.authorityKey) return
      const before = files.find(({ path }) => path === home.authorityKey)
      if (before !== undefined) await rename(before, ownPath(before))
      await rename(inCharge, home.authorityKey)
    }
  }
}

/** Of the public key: two keys of one home do not share them. */
const OWN_NAME_DIGITS = 16
const NAMES = /^authority(-[0-9a-f]{16})?\.key$/

/** The files of authority keys in a home. */
export function authorityKeyPaths(home: Home): readonly string[] {
  const names = readdirSync(home.directory).filter((name) => NAMES.test(name))
  return names.toSorted().map((name) => join(home.directory, name))
}
