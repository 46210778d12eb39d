import { createCipheriv, createDecipheriv } from 'node:crypto'
import { concatBytes } from '../encoding/bytes.ts'

/** ChaCha20-Poly1305 (RFC 8439). */
export const AEAD = { keyBytes: 32, nonceBytes: 12, tagBytes: 16 } as const

const ALGORITHM = 'chacha20-poly1305'
const OPTIONS = { authTagLength: AEAD.tagBytes }

/** The ciphertext followed by its tag. One nonce is used once under one key. */
export function encryptBytes(
  key: Uint8Array,
  nonce: Uint8Array,
  context: Uint8Array,
  plaintext: Uint8Array
): Uint8Array {
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS)
  cipher.setAAD(context, { plaintextLength: plaintext.length })
  return concatBytes([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** `undefined` when the key, the context or a byte is wrong. */
export function decryptBytes(
  key: Uint8Array,
  nonce: Uint8Array,
  context: Uint8Array,
  ciphertext: Uint8Array
): Uint8Array | undefined {
  const end = ciphertext.length - AEAD.tagBytes
  if (end < 0) return undefined
  const decipher = createDecipheriv(ALGORITHM, key, nonce, OPTIONS)
  decipher.setAAD(context, { plaintextLength: end })
  decipher.setAuthTag(ciphertext.subarray(end))
  try {
    return concatBytes([decipher.update(ciphertext.subarray(0, end)), decipher.final()])
  } catch {
    // `final` throws for nothing but a failed tag: the one answer is that it stays closed.
    return undefined
  }
}
