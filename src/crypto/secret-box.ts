import { argon2 } from 'node:crypto'
import { promisify } from 'node:util'
import { AEAD, decryptBytes, encryptBytes } from './aead.ts'
import type { Random } from './random.ts'

/** argon2id cost. Memory in KiB (RFC 9106 §4, second recommended option: 64 MiB, three passes). */
export const ARGON2 = { memoryKiB: 65_536, passes: 3, parallelism: 4 } as const

export interface SecretBox {
  readonly salt: Uint8Array
  readonly nonce: Uint8Array
  /** ChaCha20-Poly1305 ciphertext followed by its 16-byte tag (RFC 8439). */
  readonly ciphertext: Uint8Array
}

const deriveKey = promisify(argon2)

/** Encrypts a secret under a passphrase; `context` is authenticated with it, so that a box cannot be moved under another header. */
export async function lockSecret(
  secret: Uint8Array,
  passphrase: Uint8Array,
  context: Uint8Array,
  random: Random
): Promise<SecretBox> {
  const salt = random.bytes(16)
  const nonce = random.bytes(12)
  const key = await passphraseKey(passphrase, salt)
  const ciphertext = encryptBytes(key, nonce, context, secret)
  return { salt, nonce, ciphertext }
}

/** The secret, or `undefined` when the passphrase, the context or a byte of the box is wrong. */
export async function unlockSecret(
  box: SecretBox,
  passphrase: Uint8Array,
  context: Uint8Array
): Promise<Uint8Array | undefined> {
  if (box.ciphertext.length < AEAD.tagBytes) return undefined
  const key = await passphraseKey(passphrase, box.salt)
  return decryptBytes(key, box.nonce, context, box.ciphertext)
}

/** A key of 32 bytes for one salt of 16. */
export async function passphraseKey(passphrase: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return await deriveKey('argon2id', {
    message: passphrase,
    nonce: salt,
    parallelism: ARGON2.parallelism,
    tagLength: 32,
    memory: ARGON2.memoryKiB,
    passes: ARGON2.passes
  })
}
