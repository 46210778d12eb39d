import { closeSync, openSync, readSync } from 'node:fs'
import { resolve } from 'node:path'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Environment } from './environment.ts'
import { openTerminal } from './terminal.ts'
import { usageError } from './usage-error.ts'

/** Where a secret may come from. Never the command line, never the value of a variable. */
export interface SecretSource {
  readonly file: string | undefined
  readonly descriptor: number | undefined
}

/** Bearer secrets as they would appear in a command line, and what to do instead. */
const BEARERS = [
  {
    name: 'an invite',
    form: /peerage1:[\w-]{16}/,
    instead: 'Put it into a file and give --invite-file FILE, or type it when peerage join asks'
  },
  {
    name: 'a token',
    form: /peerage-token1:[\w-]{16}/,
    instead: 'Put it into a file and give --token-file FILE'
  }
] as const
/** And what else is one wherever it appears: private keys as text, and recovery codes. */
const WRITTEN = [
  /-----BEGIN [^-]*PRIVATE KEY-----[\s\S]*?-----END [^-]*-----/g,
  /\b[0-9A-HJKMNP-TV-Z]{5}(-[0-9A-HJKMNP-TV-Z]{5}){7}\b/g
]

/** The second line of defense of a text that leaves the machine: nothing here logs a secret. */
export function withoutSecrets(text: string): string {
  const forms = [...BEARERS.map(({ form }) => new RegExp(`${form.source}[\\w-]*`, 'g')), ...WRITTEN]
  return forms.reduce((clean, form) => clean.replace(form, '[secret removed]'), text)
}

/** Options that do not exist because their value would be a secret, and what does exist. */
const SECRET_OPTIONS = new Map([
  ['--passphrase', '--passphrase-file FILE or --ask-passphrase'],
  ['--password', '--passphrase-file FILE or --ask-passphrase'],
  ['--invite', '--invite-file FILE (- is standard input)'],
  ['--token', '--token-file FILE']
])

/**
 * Refuses a command line that carries a secret, without repeating it: other users of the machine
 * see command lines, and shells keep them. Throws `USAGE`.
 */
export function refuseSecretArguments(commandLine: readonly string[]): void {
  for (const argument of commandLine) {
    const bearer = BEARERS.find(({ form }) => form.test(argument))
    if (bearer !== undefined) {
      const { name, instead } = bearer
      throw usageError(`${name} is a secret and does not belong on the command line`, instead)
    }
    const option = argument.split('=', 1)[0] ?? ''
    const instead = SECRET_OPTIONS.get(option)
    if (instead !== undefined) {
      throw usageError(
        `there is no ${option}: a secret does not belong on the command line`,
        `Use ${instead}`
      )
    }
  }
}

/**
 * The passphrase from a file or a descriptor, without its last line break, or `undefined` when
 * neither was named. Throws `USAGE`, `INVALID_ARGUMENT`.
 */
export function readPassphrase(
  environment: Pick<Environment, 'cwd'>,
  source: SecretSource
): Uint8Array | undefined {
  if (source.file !== undefined && source.descriptor !== undefined) {
    throw usageError('--passphrase-file and --passphrase-fd exclude each other')
  }
  if (source.file !== undefined) {
    const bytes = readSecretFile(environment, source.file, 'passphrase-file')
    return boundedPassphrase(bytes)
  }
  if (source.descriptor === undefined) return undefined
  return boundedPassphrase(
    readFault('passphrase-fd', () => readBounded(source.descriptor ?? 0, LIMITS.passphraseBytesMax))
  )
}

/**
 * Asks for a passphrase on the terminal, twice for a new one. Throws `PASSPHRASE_REQUIRED` without
 * a terminal, `USAGE`, `INVALID_ARGUMENT`, `CANCELED`.
 */
export async function askPassphrase(
  environment: Environment,
  purpose: 'new' | 'existing'
): Promise<Uint8Array> {
  const limit = LIMITS.passphraseBytesMax
  const terminal = openTerminal(environment)
  if (terminal === undefined) throw new PeerageError('PASSPHRASE_REQUIRED')
  const passphrase = await terminal.ask('Passphrase: ', limit)
  if (purpose === 'new' && (await terminal.ask('Once more: ', limit)) !== passphrase) {
    throw usageError('the two passphrases differ', 'Type the same passphrase twice')
  }
  return boundedPassphrase(new TextEncoder().encode(passphrase))
}

/**
 * The text of an invite from a file, standard input (`-`) or, without either, the terminal.
 * Throws `USAGE`, `INVALID_ARGUMENT`, `INVITE_MALFORMED`.
 */
export async function readInvite(
  environment: Environment,
  file: string | undefined
): Promise<string> {
  // A line break may follow the longest invite; anything longer is no invite.
  const limit = LIMITS.inviteBytesMax + 2
  if (file === undefined) {
    const terminal = openTerminal(environment)
    if (terminal !== undefined) return (await terminal.ask('Invite: ', limit)).trim()
    throw usageError(
      'there is no terminal to ask for the invite on',
      'Give --invite-file FILE (- is standard input)'
    )
  }
  const bytes =
    file === '-'
      ? await readStream(environment.stdin, limit)
      : readSecretFile(environment, file, 'invite-file', limit)
  if (bytes.length > limit) throw new PeerageError('INVITE_MALFORMED', { maximum: limit })
  return new TextDecoder().decode(bytes).trim()
}

/**
 * The text of a secret from a file, a descriptor or, without either, the terminal. `option` is the
 * name of the options up to `-file` and `-fd`. Throws `USAGE`, `INVALID_ARGUMENT`.
 */
export async function readSecretText(
  environment: Environment,
  source: SecretSource & {
    readonly option: string
    readonly prompt: string
    readonly limit: number
  }
): Promise<string> {
  const { file, descriptor, option, prompt, limit } = source
  if (file !== undefined && descriptor !== undefined) {
    throw usageError(`--${option}-file and --${option}-fd exclude each other`)
  }
  if (file === undefined && descriptor === undefined) {
    const terminal = openTerminal(environment)
    if (terminal !== undefined) return await terminal.ask(prompt, limit)
    throw usageError(`there is no terminal to ask on`, `Give --${option}-file FILE`)
  }
  const bytes =
    file === undefined
      ? readFault(`${option}-fd`, () => readBounded(descriptor ?? 0, limit))
      : readSecretFile(environment, file, `${option}-file`, limit)
  if (bytes.length > limit) {
    throw new PeerageError('INVALID_ARGUMENT', { reason: 'the text is too long', maximum: limit })
  }
  return new TextDecoder().decode(bytes)
}

/** The text of a token from a file. Throws `INVALID_ARGUMENT`, `TOKEN_INVALID`. */
export function readToken(environment: Pick<Environment, 'cwd'>, file: string): string {
  // A line break may follow the longest token.
  const limit = LIMITS.tokenBytesMax + 2
  const bytes = readSecretFile(environment, file, 'token-file', limit)
  if (bytes.length > limit) throw new PeerageError('TOKEN_INVALID')
  return new TextDecoder().decode(bytes).trim()
}

/** At most `limit` + 1 bytes of standard input, so that the caller can tell an excess. */
export async function readStream(
  stream: AsyncIterable<Uint8Array | string>,
  limit: number
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of stream) {
    const bytes = typeof part === 'string' ? new TextEncoder().encode(part) : part
    parts.push(bytes)
    length += bytes.length
    if (length > limit) break
  }
  return Buffer.concat(parts).subarray(0, limit + 1)
}

/** At most `limit` + 1 bytes of an open file, so that the caller can tell an excess. */
export function readBounded(descriptor: number, limit: number): Uint8Array {
  const buffer = new Uint8Array(limit + 1)
  let length = 0
  while (length < buffer.length) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null)
    if (read === 0) break
    length += read
  }
  return buffer.subarray(0, length)
}

function readSecretFile(
  environment: Pick<Environment, 'cwd'>,
  file: string,
  option: string,
  limit: number = LIMITS.passphraseBytesMax
): Uint8Array {
  return readFault(option, () => {
    const descriptor = openSync(resolve(environment.cwd, file), 'r')
    try {
      return readBounded(descriptor, limit)
    } finally {
      closeSync(descriptor)
    }
  })
}

/** The name is not repeated: whoever mistakes the option gives the secret itself. */
function readFault<T>(option: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new PeerageError(
      'INVALID_ARGUMENT',
      {
        reason: `what --${option} names cannot be read`,
        suggestion: `Give --${option} a place to read from, not the secret itself`
      },
      error
    )
  }
}

function boundedPassphrase(bytes: Uint8Array): Uint8Array {
  const end = bytes.at(-1) === 0x0a ? (bytes.at(-2) === 0x0d ? -2 : -1) : bytes.length
  const passphrase = bytes.slice(0, end)
  if (passphrase.length === 0) {
    throw new PeerageError('INVALID_ARGUMENT', { reason: 'the passphrase is empty' })
  }
  if (passphrase.length > LIMITS.passphraseBytesMax) {
    throw new PeerageError('INVALID_ARGUMENT', {
      reason: 'the passphrase is too long',
      maximum: LIMITS.passphraseBytesMax
    })
  }
  return passphrase
}
