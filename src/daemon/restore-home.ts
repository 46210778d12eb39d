import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PeerageError } from '../errors.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import { requireStructure } from '../storage/at-rest.ts'
import {
  BACKUP_NAMES,
  type BackupManifest,
  describeFile,
  openBackup
} from '../storage/backup-file.ts'
import { openDatabase } from '../storage/database.ts'
import { acquireHomeLock } from '../storage/home-lock.ts'
import { createJournal } from '../storage/journal.ts'
import { loadKeyHeader } from '../storage/key-store.ts'
import { createSettingsStore } from '../storage/settings-store.ts'
import { syncDirectory } from '../storage/synced-file.ts'
import { createTrustStore } from '../storage/trust-store.ts'
import { systemClock } from '../time/clock.ts'
import { TrustLog } from '../trust/trust-log.ts'
import { type Home, homeAt, openHome } from './home.ts'

export interface RestoreHomeInit {
  readonly home: string
  /** The backup. */
  readonly file: string
  readonly passphrase: Uint8Array | undefined
  /** Nothing was signed after the backup was made: there is nothing to wait for. */
  readonly isLatest: boolean
}

/**
 * Makes an empty home what it was when the backup was made. Everything is verified in a directory
 * of its own first; the database comes last, so that a start finds all or nothing, and repeating
 * the command completes it. Invites and tokens are left out: some may have been revoked since.
 *
 * Throws `HOME_ALREADY_JOINED`, `HOME_IN_USE`, the errors of `openBackup`, `STORAGE_TOO_NEW`,
 * `CLOCK_BACKWARD`, and the errors of home and storage.
 */
export async function restoreHome(init: RestoreHomeInit): Promise<BackupManifest> {
  const home = openHome(init.home)
  const unlock = acquireHomeLock(home.lock)
  const draft = homeAt(join(home.directory, 'restoring'))
  try {
    rmSync(draft.directory, { recursive: true, force: true })
    requireNoNode(home)
    mkdirSync(draft.directory, { mode: 0o700 })
    const { passphrase } = init
    const manifest = await openBackup(init.file, { directory: draft.directory, passphrase })
    await settle(draft, manifest, init.isLatest)
    await move(manifest, draft, home)
    return manifest
  } finally {
    rmSync(draft.directory, { recursive: true, force: true })
    unlock()
  }
}

function requireNoNode(home: Home): void {
  if (existsSync(home.database)) {
    throw new PeerageError('HOME_ALREADY_JOINED', { path: home.database })
  }
}

/** Reads it as a start would, and writes down where it comes from. */
async function settle(draft: Home, manifest: BackupManifest, isLatest: boolean): Promise<void> {
  const { publicKey } = await loadKeyHeader(draft.nodeKey, 'node')
  const db = openDatabase(draft.database)
  try {
    requireStructure(db)
    const log = TrustLog.load(createTrustStore(db), { clock: systemClock })
    log.requireClock()
    if (nodeIdOf(publicKey) !== manifest.nodeId || log.network !== manifest.network) {
      throw new PeerageError('FILE_DAMAGED', { part: 'list' })
    }
    const { madeAt, entries } = manifest
    const settings = createSettingsStore(db)
    const seenAt = Math.max(madeAt, Number(settings.get('newest-time') ?? 0))
    db.transaction(() => {
      db.exec('DELETE FROM invites; DELETE FROM tokens')
      settings.set('newest-time', String(seenAt))
      settings.set('restored', isLatest ? '' : String(madeAt))
      createJournal(db, systemClock).append({ event: 'home.restored', detail: { madeAt, entries } })
    })
  } finally {
    db.close()
  }
}

/** Throws `HOME_ALREADY_JOINED` for a file that is there and is another one. */
async function move({ files }: BackupManifest, draft: Home, home: Home): Promise<void> {
  const names = files.map(({ name }) => name).filter((name) => name !== 'state.db')
  for (const name of names) requireSame(join(draft.directory, name), join(home.directory, name))
  const others = readdirSync(home.directory).filter((name) => BACKUP_NAMES.test(name))
  const other = others.find((name) => !names.includes(name))
  if (other !== undefined) throw new PeerageError('HOME_ALREADY_JOINED', { path: other })
  for (const name of [...names, 'state.db']) {
    renameSync(join(draft.directory, name), join(home.directory, name))
    await syncDirectory(home.directory)
  }
}

function requireSame(from: string, to: string): void {
  if (!existsSync(to)) return
  if (describeFile(from, '').sha256 !== describeFile(to, '').sha256) {
    throw new PeerageError('HOME_ALREADY_JOINED', { path: to })
  }
}
