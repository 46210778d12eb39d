import { parseText, utf8 } from '../encoding/bytes.ts'
import type { Verdict } from '../encoding/verdict.ts'
import { PeerageError, toPeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Context } from './context.ts'
import { readInput } from './input-file.ts'
import { createFile } from './output-file.ts'

/** The bytes of a file that was carried here. Throws `INVALID_ARGUMENT`. */
export async function readCarried(context: Context, name: string): Promise<Uint8Array> {
  return await readInput(context.environment, name, LIMITS.carriedFileBytesMax)
}

/** Throws what a file is refused for, with its name. */
export function requireFile<T>(read: Verdict<T>, file: string): T {
  if (read.ok) return read.value
  throw new PeerageError(read.fault, { file, ...read.detail })
}

/** Writes what `make` makes into a new file, or leaves none behind. */
export async function writeCarried<T extends { readonly text: string }>(
  context: Context,
  name: string,
  make: () => Promise<T>
): Promise<T & { readonly path: string }> {
  const file = createFile(context.environment, name, 0o644)
  try {
    const made = await make()
    file.write(utf8(made.text))
    return { ...made, path: file.path }
  } catch (error) {
    file.discard()
    throw error
  }
}

/** Asks the daemon of the home, or where none runs does without it. */
export async function withOrWithoutDaemon<T>(
  context: Context,
  ask: () => Promise<T>,
  without: () => Promise<T>
): Promise<T> {
  try {
    return await ask()
  } catch (thrown) {
    const isUp = toPeerageError(thrown).code !== 'DAEMON_UNREACHABLE'
    if (isUp || context.home.socketNamed) throw thrown
    return await without()
  }
}

/** Bytes as the daemon spells them. */
export function bytesOfText(text: string): Uint8Array {
  const parsed = parseText(text, 'base64url')
  if (!parsed.ok) throw new PeerageError('INTERNAL')
  return parsed.value
}
