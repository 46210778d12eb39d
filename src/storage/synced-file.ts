import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type ErrorCode, PeerageError } from '../errors.ts'

/**
 * Puts a text in the place of a file, mode 0600: whoever reads it meanwhile, and whoever finds it
 * after a crash, has the old one or the new one as a whole.
 *
 * Throws `HOME_UNWRITABLE`, `STORAGE_FULL`, `STORAGE_FAILED`.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${path}.new`
  try {
    // What a crash has left behind.
    await rm(draft, { force: true })
    await writeSynced(draft, text)
    await rename(draft, path)
    await syncDirectory(dirname(path))
  } catch (error) {
    await removeDraft(draft)
    throw toFailure(error, path)
  }
}

/** A new file of mode 0600 whose content is on disk. */
export async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the name itself survive power loss. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

export async function removeDraft(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {
    // The first failure is the one to report; the draft is removed by the next attempt.
  })
}

const FAILURES: ReadonlyMap<unknown, ErrorCode> = new Map([
  ['EEXIST', 'HOME_ALREADY_JOINED'],
  ['ENOENT', 'HOME_UNWRITABLE'],
  ['ENOTDIR', 'HOME_UNWRITABLE'],
  ['EACCES', 'HOME_UNWRITABLE'],
  ['EPERM', 'HOME_UNWRITABLE'],
  ['EROFS', 'HOME_UNWRITABLE'],
  ['ENOSPC', 'STORAGE_FULL'],
  ['EDQUOT', 'STORAGE_FULL']
])

/** The error of a home behind what the file system has said. */
export function toFailure(error: unknown, path: string): PeerageError {
  return new PeerageError(FAILURES.get(codeOf(error)) ?? 'STORAGE_FAILED', { path }, error)
}

/** Runs what works with a file at once; what the file system says is thrown as {@link toFailure} has it. */
export function orFailure<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    const isOfDisk = !(error instanceof PeerageError) && codeOf(error) !== undefined
    throw isOfDisk ? toFailure(error, path) : error
  }
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
