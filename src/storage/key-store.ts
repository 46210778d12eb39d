import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { fromUtf8 } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import {
  type KeyExpectation,
  type KeyFileHeader,
  type KeyUse,
  openKeyFile,
  readKeyFileHeader
} from '../identity/key-file.ts'
import { LIMITS } from '../limits.ts'
import { codeOf, removeDraft, syncDirectory, toFailure, writeSynced } from './synced-file.ts'

/** Bits of a mode that let group or others do anything with the file. */
const OTHERS = 0o077

/**
 * Writes a key file with mode 0600 that is complete and synced to disk when this returns, and
 * never replaces an existing one.
 *
 * Throws `HOME_ALREADY_JOINED` (there is a file), `HOME_UNWRITABLE`, `STORAGE_FULL`,
 * `STORAGE_FAILED`.
 */
export async function saveKey(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  try {
    // What a crash has left behind never became a key: nobody was told that it exists.
    await rm(draft, { force: true })
    await writeSynced(draft, text)
    // Unlike a rename, a link fails when the name is taken, also by a process just beside us.
    await link(draft, path)
    await rm(draft)
    await syncDirectory(dirname(path))
  } catch (error) {
    await removeDraft(draft)
    throw toFailure(error, path)
  }
}

/**
 * Loads a private key. The file must be readable by its owner only, encrypted or not: a copy of
 * an encrypted key can be guessed at without end.
 *
 * Throws `KEY_FILE_MISSING`, `KEY_FILE_PERMISSIONS`, `KEY_FILE_DAMAGED`, `KEY_FILE_MISMATCH`,
 * `PASSPHRASE_REQUIRED`, `PASSPHRASE_WRONG`, `STORAGE_FAILED`; details name the path.
 */
export async function loadKey(path: string, expected: KeyExpectation): Promise<PrivateKey> {
  const opened = await openKeyFile(await readPrivately(path), expected)
  if (!opened.ok) throw new PeerageError(opened.fault, { path, ...opened.detail })
  return opened.value
}

/** Which key the file at `path` holds, without its passphrase. Throws as {@link loadKey}. */
export async function loadKeyHeader(path: string, use: KeyUse): Promise<KeyFileHeader> {
  const read = readKeyFileHeader(await readPrivately(path), use)
  if (!read.ok) throw new PeerageError(read.fault, { path, ...read.detail })
  return read.value
}

/** Gives a key file another name, on disk when this returns. Throws as {@link saveKey}. */
export async function renameKey(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
    await syncDirectory(dirname(to))
  } catch (error) {
    throw toFailure(error, from)
  }
}

/** Throws as {@link saveKey}. */
export async function removeKey(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
    await syncDirectory(dirname(path))
  } catch (error) {
    throw toFailure(error, path)
  }
}

/** Mode, size and content of one opened file, so that it cannot be exchanged in between. */
async function readPrivately(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    const code = codeOf(error) === 'ENOENT' ? 'KEY_FILE_MISSING' : 'STORAGE_FAILED'
    throw new PeerageError(code, { path }, error)
  })
  try {
    const stat = await file.stat()
    if (!stat.isFile() || stat.size > LIMITS.keyFileBytesMax) {
      throw new PeerageError('KEY_FILE_DAMAGED', { path })
    }
    if ((stat.mode & OTHERS) !== 0) {
      const mode = (stat.mode & 0o777).toString(8)
      throw new PeerageError('KEY_FILE_PERMISSIONS', { path, mode })
    }
    const text = fromUtf8(await file.readFile())
    if (text === undefined) throw new PeerageError('KEY_FILE_DAMAGED', { path })
    return text
  } finally {
    await file.close()
  }
}
