import { resolve } from 'node:path'
import type { PrivateKey } from '../crypto/ed25519.ts'
import { PeerageError } from '../errors.ts'
import { readRecoveryCode } from '../identity/recovery-code.ts'
import type { Environment } from './environment.ts'
import type { Input } from './input.ts'
import { readSecretText } from './secret-input.ts'

/** The page of a code with its remarks has about 400 characters. */
const TEXT_MAX = 2048

/** Where a new code is to go: a file, nowhere (false), or where the home says. */
export function recoveryFileOf(
  { cwd }: Pick<Environment, 'cwd'>,
  input: Input
): string | false | undefined {
  const file = input.text('recovery-out')
  if (file === undefined) return undefined
  return file === 'none' ? false : resolve(cwd, file)
}

/**
 * The recovery key of the code in a file, on a descriptor or typed on the terminal. Throws `USAGE`,
 * `INVALID_ARGUMENT`, `RECOVERY_CODE_MALFORMED`.
 */
export async function givenRecoveryKey(
  environment: Environment,
  input: Input
): Promise<PrivateKey> {
  const text = await readSecretText(environment, {
    file: input.text('code-file'),
    descriptor: input.integer('code-fd'),
    ...{ option: 'code', prompt: 'Recovery code: ', limit: TEXT_MAX }
  })
  const lines = text.split('\n').filter((line) => !line.startsWith('#'))
  const read = readRecoveryCode(lines.join('\n'))
  if (!read.ok) throw new PeerageError(read.fault, read.detail)
  return read.value
}
