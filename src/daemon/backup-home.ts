import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '../crypto/random.ts'
import { PeerageError } from '../errors.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import {
  BACKUP_NAMES,
  type BackupManifest,
  describeFile,
  sealBackup
} from '../storage/backup-file.ts'
import { copyDatabase, openDatabase } from '../storage/database.ts'
import { loadKeyHeader } from '../storage/key-store.ts'
import { createTrustStore } from '../storage/trust-store.ts'
import { systemClock } from '../time/clock.ts'
import { TrustLog } from '../trust/trust-log.ts'
import { openHome } from './home.ts'
import { softwareVersion } from './version.ts'

export interface BackupHomeInit {
  readonly home: string
  /** Of the backup; it has nothing to do with that of the keys. */
  readonly passphrase: Uint8Array
  /** Takes all of the backup before it returns. */
  readonly write: (pieces: Iterable<Uint8Array>) => void
}

/**
 * Everything that makes a home this node, as it is at one moment, whether a daemon runs there or
 * not: the database, the keys as encrypted as they are, and the settings. Neither logs nor a
 * recovery code that still lies there: one place must not have both. What could not be restored is
 * not backed up: the copy is read as a start would read it.
 *
 * Throws `HOME_EMPTY`, and the errors of home, keys and storage.
 */
export async function backupHome({
  home: directory,
  passphrase,
  write
}: BackupHomeInit): Promise<BackupManifest> {
  const home = openHome(directory)
  if (!existsSync(home.database)) throw new PeerageError('HOME_EMPTY', { path: home.directory })
  const copy = join(home.directory, 'backup.db')
  rmSync(copy, { force: true })
  try {
    // The keys come after: one that was put in charge in between is found by its name.
    copyDatabase(home.database, copy)
    const log = readLog(copy)
    const { publicKey } = await loadKeyHeader(home.nodeKey, 'node')
    const pathOf = (name: string) => (name === 'state.db' ? copy : join(home.directory, name))
    const names = readdirSync(home.directory).filter((name) => BACKUP_NAMES.test(name))
    const manifest: BackupManifest = {
      madeAt: systemClock.now(),
      software: softwareVersion(),
      network: log.network,
      nodeId: nodeIdOf(publicKey),
      entries: log.size,
      files: names.toSorted().map((name) => describeFile(pathOf(name), name))
    }
    write(await sealBackup(manifest, { pathOf, passphrase, random: systemRandom }))
    return manifest
  } finally {
    for (const side of ['', '-wal', '-shm']) rmSync(`${copy}${side}`, { force: true })
  }
}

function readLog(path: string): TrustLog {
  const db = openDatabase(path)
  try {
    return TrustLog.load(createTrustStore(db), { clock: systemClock })
  } finally {
    db.close()
  }
}
