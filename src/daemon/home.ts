import { accessSync, constants, lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CONFIG_FILE } from '../config/file.ts'
import { PeerageError } from '../errors.ts'
import { codeOf, toFailure } from '../storage/synced-file.ts'

/** Where a node keeps what it owns. One home, one node, at most one daemon (DESIGN §6). */
export interface Home {
  readonly directory: string
  readonly config: string
  readonly database: string
  readonly lock: string
  readonly log: string
  readonly nodeKey: string
  readonly authorityKey: string
  readonly frontDeskKey: string
  /** Only until its owner has moved it to a safe place. */
  readonly recoveryCode: string
  readonly controlSocket: string
  readonly observeSocket: string
}

/**
 * Opens a home, creating the directory with mode 0700 when it is absent. A directory that other
 * users can enter is refused: keys and sockets rely on it.
 *
 * Throws `HOME_UNWRITABLE`, `HOME_PERMISSIONS`, `STORAGE_FULL`, `STORAGE_FAILED`.
 */
export function openHome(directory: string): Home {
  try {
    makeDirectory(resolve(directory))
    const path = realpathSync(directory)
    const status = lstatSync(path)
    if (status.uid !== process.getuid?.()) {
      const suggestion = 'Run as the user that owns the directory, or give it to this one: chown -R'
      throw new PeerageError('HOME_PERMISSIONS', { path, owner: status.uid, suggestion })
    }
    if ((status.mode & 0o077) !== 0) throw new PeerageError('HOME_PERMISSIONS', { path })
    // A file system that is mounted read-only would show only when the database is opened.
    accessSync(path, constants.W_OK)
    return homeAt(path)
  } catch (error) {
    if (error instanceof PeerageError) throw error
    if (OF_DISK.has(codeOf(error))) throw toFailure(error, directory)
    throw new PeerageError('HOME_UNWRITABLE', { path: directory }, error)
  }
}

const OF_DISK: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EIO'])

/**
 * Makes the directory and its parents, one by one: the recursive mode of Node never returns below
 * a directory that takes none, such as /proc.
 */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    const code = codeOf(error)
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    makeDirectory(dirname(path))
    mkdirSync(path, { mode: 0o700 })
  }
}

/** The places of a home, whether there is one or not. */
export function homeAt(directory: string): Home {
  return {
    directory,
    config: join(directory, CONFIG_FILE),
    database: join(directory, 'state.db'),
    lock: join(directory, 'lock.db'),
    log: join(directory, 'peerage.log'),
    nodeKey: join(directory, 'node.key'),
    authorityKey: join(directory, 'authority.key'),
    frontDeskKey: join(directory, 'front-desk.key'),
    recoveryCode: join(directory, 'recovery-code.txt'),
    controlSocket: join(directory, 'control.sock'),
    observeSocket: join(directory, 'observe.sock')
  }
}
