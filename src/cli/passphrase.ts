import { toPeerageError } from '../errors.ts'
import type { Environment } from './environment.ts'
import type { Input } from './input.ts'
import { askPassphrase, readPassphrase } from './secret-input.ts'

/** The passphrase for new keys, or `undefined` when none was asked for. Throws as {@link readPassphrase}. */
export async function newPassphrase(
  environment: Environment,
  input: Input
): Promise<Uint8Array | undefined> {
  return input.isSet('ask-passphrase')
    ? await askPassphrase(environment, 'new')
    : givenPassphrase(environment, input)
}

/**
 * Runs with the passphrase given, or asks for it on the terminal when `use` finds that the keys
 * need one.
 */
export async function withPassphrase<T>(
  environment: Environment,
  input: Input,
  use: (passphrase: Uint8Array | undefined) => Promise<T>
): Promise<T> {
  const given = input.isSet('ask-passphrase')
    ? await askPassphrase(environment, 'existing')
    : givenPassphrase(environment, input)
  try {
    return await use(given)
  } catch (thrown) {
    const missing = toPeerageError(thrown).code === 'PASSPHRASE_REQUIRED'
    if (!missing || given !== undefined || environment.stdin.isTTY !== true) throw thrown
    return await use(await askPassphrase(environment, 'existing'))
  }
}

/** Of a file that is never written without one. Asks on the terminal where none was given. */
export async function requiredPassphrase(
  environment: Environment,
  input: Input
): Promise<Uint8Array> {
  return (await newPassphrase(environment, input)) ?? (await askPassphrase(environment, 'new'))
}

/** Of the authority key, where it has its own. Throws as {@link readPassphrase}. */
export function authorityPassphrase(
  environment: Environment,
  input: Input
): { authorityPassphrase?: Uint8Array } {
  const file = input.text('authority-passphrase-file')
  const passphrase = readPassphrase(environment, { file, descriptor: undefined })
  return passphrase === undefined ? {} : { authorityPassphrase: passphrase }
}

/** Of the authority key that a request puts in charge. Throws as {@link readPassphrase}. */
export function nextPassphrase(
  environment: Environment,
  input: Input
): { nextPassphrase?: Uint8Array } {
  const file = input.text('next-passphrase-file')
  const passphrase = readPassphrase(environment, { file, descriptor: undefined })
  return passphrase === undefined ? {} : { nextPassphrase: passphrase }
}

function givenPassphrase(environment: Environment, input: Input): Uint8Array | undefined {
  return readPassphrase(environment, {
    file: input.text('passphrase-file'),
    descriptor: input.integer('passphrase-fd')
  })
}
