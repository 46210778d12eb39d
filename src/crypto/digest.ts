import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { concatBytes } from '../encoding/bytes.ts'

/** SHA-256 over the concatenation of the parts (FIPS 180-4). */
export function sha256(...parts: Uint8Array[]): Uint8Array {
  const [only] = parts
  // One call into OpenSSL: a hash object costs more than hashing a few hundred bytes.
  const input = parts.length === 1 && only !== undefined ? only : concatBytes(parts)
  return new Uint8Array(hash('sha256', input, 'buffer'))
}

/** HMAC-SHA-256 over the concatenation of the parts (RFC 2104). */
export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return new Uint8Array(hmac.digest())
}

/** Compares secrets in time that depends on their length only. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
