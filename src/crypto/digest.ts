import { createHash, createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'
import { concatBytes, utf8 } from '../encoding/bytes.ts'

/** SHA-256 over the concatenation of the parts (FIPS 180-4). */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const [only] = parts
  // One call into OpenSSL: a hash object costs more than hashing a few hundred bytes.
  const input = parts.length === 1 && only !== undefined ? only : concatBytes(parts)
  const { buffer, byteOffset, byteLength } = hash('sha256', input, 'buffer')
  return new Uint8Array(buffer, byteOffset, byteLength)
}

/** The same of one piece, as lowercase hex. */
export function sha256Hex(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'hex')
}

/** The same of what is read piece by piece. */
export function sha256Of(pieces: Iterable<Uint8Array>): Uint8Array {
  const digest = createHash('sha256')
  for (const piece of pieces) digest.update(piece)
  return new Uint8Array(digest.digest())
}

/** HMAC-SHA-256 over the concatenation of the parts (RFC 2104). */
export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return new Uint8Array(hmac.digest())
}

/** HKDF-SHA-256 without salt (RFC 5869): from a secret that nobody can guess, one key per purpose. */
export function deriveKey(secret: Uint8Array, purpose: string, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), utf8(purpose), length))
}

/** Compares secrets in time that depends on their length only. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
