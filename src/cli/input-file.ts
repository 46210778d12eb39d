import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import { PeerageError } from '../errors.ts'
import type { Environment } from './environment.ts'
import { readBounded, readStream } from './secret-input.ts'

/**
 * The bytes of a file or of standard input (`-`). Throws `INVALID_ARGUMENT` when it cannot be read
 * or has more than `limit` bytes.
 */
export async function readInput(
  environment: Pick<Environment, 'cwd' | 'stdin'>,
  name: string,
  limit: number
): Promise<Uint8Array> {
  const bytes =
    name === '-'
      ? await readStream(environment.stdin, limit)
      : readFile(resolve(environment.cwd, name), limit)
  if (bytes.length <= limit) return bytes
  throw new PeerageError('INVALID_ARGUMENT', { reason: 'the input is too large', maximum: limit })
}

function readFile(path: string, limit: number): Uint8Array {
  try {
    const descriptor = openSync(path, 'r')
    try {
      return readBounded(descriptor, limit)
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    throw new PeerageError('INVALID_ARGUMENT', { reason: 'the file cannot be read', path }, error)
  }
}
