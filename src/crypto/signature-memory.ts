import { toBase64url } from '../encoding/bytes.ts'
import { sha256 } from './digest.ts'
import type { PublicKey } from './ed25519.ts'

/**
 * Signatures that were found good before, so that the same bytes under the same key are verified
 * once: a certificate comes again with every connection. Bad ones are never remembered, so nobody
 * can fill it without the key. The oldest is forgotten first.
 */
export class SignatureMemory {
  readonly #good = new Set<string>()
  readonly #entriesMax: number

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax
  }

  verify(key: PublicKey, message: Uint8Array, signature: Uint8Array): boolean {
    // Key and signature have fixed lengths: no two inputs run into the same bytes.
    const id = toBase64url(sha256(key.bytes, signature, message))
    if (this.#good.has(id)) return true
    if (!key.verify(message, signature)) return false
    this.#good.add(id)
    if (this.#good.size > this.#entriesMax) {
      for (const oldest of this.#good) {
        this.#good.delete(oldest)
        break
      }
    }
    return true
  }
}
