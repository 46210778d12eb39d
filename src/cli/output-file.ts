import { closeSync, fsyncSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { PeerageError } from '../errors.ts'
import type { Environment } from './environment.ts'

export interface OutputFile {
  readonly path: string
  /** Writes everything, syncs and closes. Throws `STORAGE_FULL`, `STORAGE_FAILED`. */
  write(bytes: Uint8Array | Iterable<Uint8Array>): void
  /** Removes the file: the work it was for has failed. */
  discard(): void
}

/**
 * Makes a new file before the work that fills it, so that a secret is not made without a place to
 * put it. Never touches a file that exists. Throws `INVALID_ARGUMENT`.
 */
export function createFile(
  environment: Pick<Environment, 'cwd'>,
  name: string,
  mode: number
): OutputFile {
  const path = resolve(environment.cwd, name)
  const descriptor = open(path, mode)
  return {
    path,
    write(bytes) {
      try {
        for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
          for (let done = 0; done < piece.length; ) done += writeSync(descriptor, piece, done)
        }
        fsyncSync(descriptor)
      } catch (error) {
        if (error instanceof PeerageError) throw error
        throw new PeerageError(isFull(error) ? 'STORAGE_FULL' : 'STORAGE_FAILED', { path }, error)
      } finally {
        closeSync(descriptor)
      }
    },
    discard() {
      unlinkSync(path)
    }
  }
}

function open(path: string, mode: number): number {
  try {
    return openSync(path, 'wx', mode)
  } catch (error) {
    throw new PeerageError(
      'INVALID_ARGUMENT',
      {
        reason: 'the output file cannot be created',
        path,
        suggestion: 'Name a new file with --out'
      },
      error
    )
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOSPC'
}
