import * as z from 'zod'
import { sha256 } from '../crypto/digest.ts'
import { PrivateKey, PUBLIC_KEY_BYTES, PublicKey, SEED_BYTES } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { lockSecret, unlockSecret } from '../crypto/secret-box.ts'
import { parseText, toBase64url, utf8 } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'

/** What a key is for, so that one key file cannot be put in the place of another. */
export type KeyUse = 'node' | 'authority' | 'front-desk'

/** Asked only for a file that needs it; `undefined` when there is nobody to ask. */
export type AskPassphrase = () => Promise<Uint8Array | undefined>

export interface KeyExpectation {
  readonly use: KeyUse
  /** The key that this home belongs to, when that is known from elsewhere. */
  readonly publicKey?: PublicKey
  readonly passphrase?: AskPassphrase
}

export interface KeyFileHeader {
  readonly publicKey: PublicKey
}

export type KeyFileFault =
  | 'KEY_FILE_DAMAGED'
  | 'KEY_FILE_MISMATCH'
  | 'PASSPHRASE_REQUIRED'
  | 'PASSPHRASE_WRONG'

const FORMAT = 'peerage-key/1'
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16

const base64urlOf = (length: number) =>
  z
    .string()
    .refine((text) => decode(text)?.length === length, { error: `expected ${length} bytes` })

const header = {
  format: z.literal(FORMAT),
  use: z.enum(['node', 'authority', 'front-desk']),
  publicKey: base64urlOf(PUBLIC_KEY_BYTES)
}
const checksum = base64urlOf(32)

const keyFileSchema = z.discriminatedUnion('protection', [
  z.strictObject({
    ...header,
    protection: z.literal('mode'),
    seed: base64urlOf(SEED_BYTES),
    checksum
  }),
  z.strictObject({
    ...header,
    protection: z.literal('passphrase'),
    salt: base64urlOf(SALT_BYTES),
    nonce: base64urlOf(NONCE_BYTES),
    ciphertext: base64urlOf(SEED_BYTES + TAG_BYTES),
    checksum
  })
])

type KeyFile = z.infer<typeof keyFileSchema>

/**
 * The text of a key file (docs/protocol/certificate.md). With a passphrase the key is encrypted
 * (argon2id and ChaCha20-Poly1305); without one the mode of the file is its only protection.
 *
 * Throws `INVALID_ARGUMENT` for an empty passphrase or one over `LIMITS.passphraseBytesMax`.
 */
export async function encodeKeyFile(
  key: PrivateKey,
  { use, passphrase, random }: { use: KeyUse; passphrase?: Uint8Array; random: Random }
): Promise<string> {
  const head = { format: FORMAT, use, publicKey: toBase64url(key.publicKey.bytes) } as const
  const seed = key.exportSeed()
  if (passphrase === undefined) {
    return writeText({ ...head, protection: 'mode', seed: toBase64url(seed) })
  }
  if (passphrase.length === 0 || passphrase.length > LIMITS.passphraseBytesMax) {
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'passphrase' })
  }
  const locked = { ...head, protection: 'passphrase' } as const
  const box = await lockSecret(seed, passphrase, context(locked), random)
  return writeText({
    ...locked,
    salt: toBase64url(box.salt),
    nonce: toBase64url(box.nonce),
    ciphertext: toBase64url(box.ciphertext)
  })
}

/**
 * Opens the text of a key file. Every byte counts: a file that this version would not have written
 * is damaged, which is told before anybody is asked for a passphrase.
 *
 * Faults: `KEY_FILE_DAMAGED`, `KEY_FILE_MISMATCH` (another use or another key than expected),
 * `PASSPHRASE_REQUIRED`, `PASSPHRASE_WRONG`.
 */
export async function openKeyFile(
  text: string,
  expected: KeyExpectation
): Promise<Verdict<PrivateKey, KeyFileFault>> {
  const file = readText(text)
  if (file === undefined) return refuse('KEY_FILE_DAMAGED')
  if (file.use !== expected.use) return refuse('KEY_FILE_MISMATCH', { use: file.use })
  const { publicKey } = expected
  if (publicKey !== undefined && file.publicKey !== toBase64url(publicKey.bytes)) {
    return refuse('KEY_FILE_MISMATCH', { publicKey: file.publicKey })
  }
  const seed =
    file.protection === 'mode'
      ? accept(bytesOf(file.seed))
      : await unlock(file, await expected.passphrase?.())
  if (!seed.ok) return seed
  const key = PrivateKey.fromSeed(seed.value)
  seed.value.fill(0)
  return toBase64url(key.publicKey.bytes) === file.publicKey
    ? accept(key)
    : refuse('KEY_FILE_DAMAGED')
}

/** What a key file says without its passphrase. Fault: `KEY_FILE_DAMAGED`, `KEY_FILE_MISMATCH`. */
export function readKeyFileHeader(text: string, use: KeyUse): Verdict<KeyFileHeader, KeyFileFault> {
  const file = readText(text)
  if (file === undefined) return refuse('KEY_FILE_DAMAGED')
  if (file.use !== use) return refuse('KEY_FILE_MISMATCH', { use: file.use })
  return accept({ publicKey: new PublicKey(bytesOf(file.publicKey)) })
}

async function unlock(
  file: Extract<KeyFile, { protection: 'passphrase' }>,
  passphrase: Uint8Array | undefined
): Promise<Verdict<Uint8Array, KeyFileFault>> {
  if (passphrase === undefined) return refuse('PASSPHRASE_REQUIRED')
  if (passphrase.length > LIMITS.passphraseBytesMax) return refuse('PASSPHRASE_WRONG')
  const box = {
    salt: bytesOf(file.salt),
    nonce: bytesOf(file.nonce),
    ciphertext: bytesOf(file.ciphertext)
  }
  const seed = await unlockSecret(box, passphrase, context(file))
  return seed === undefined ? refuse('PASSPHRASE_WRONG') : accept(seed)
}

type Unchecked<T> = T extends unknown ? Omit<T, 'checksum'> : never

function writeText(file: Unchecked<KeyFile>): string {
  return `${JSON.stringify({ ...file, checksum: checksumOf(file) }, null, 2)}\n`
}

function readText(text: string): KeyFile | undefined {
  if (text.length > LIMITS.keyFileBytesMax) return undefined
  const parsed = keyFileSchema.safeParse(parseJson(text))
  if (!parsed.success) return undefined
  const { checksum: _, ...file } = parsed.data
  // Writing it again settles the checksum, the order of members, repeated ones and white space.
  return writeText(file) === text ? parsed.data : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: the schema refuses undefined like every other wrong value.
    return undefined
  }
}

/** SHA-256 over the values in order of the file, one a line: finds accidents, not attackers. */
function checksumOf(file: Unchecked<KeyFile>): string {
  return toBase64url(sha256(utf8(Object.values(file).join('\n'))))
}

/** What a box is bound to, so that it cannot be moved under another key or use. */
function context(file: Pick<KeyFile, 'format' | 'use' | 'publicKey' | 'protection'>): Uint8Array {
  return utf8([file.format, file.use, file.publicKey, file.protection].join('\n'))
}

function decode(text: string): Uint8Array | undefined {
  const bytes = parseText(text, 'base64url')
  return bytes.ok ? bytes.value : undefined
}

/** For text that the schema has decoded before. */
function bytesOf(text: string): Uint8Array {
  return decode(text) ?? new Uint8Array()
}
