import { sha256 } from '../crypto/digest.ts'
import type { PublicKey } from '../crypto/ed25519.ts'
import { toBase64url } from '../encoding/bytes.ts'
import type { SignedCertificate } from './certificate-parse.ts'

export interface KnownCertificate extends SignedCertificate {
  /** The key whose signature was found good. */
  readonly signer: PublicKey
}

/**
 * Certificates whose signature was found good before, by their bytes, so that the same bytes are
 * parsed and verified once: a certificate comes again with every connection. Whether it is good for
 * anything is judged anew each time. Bad ones are never remembered, so nobody can fill it without
 * the authority key. The oldest is forgotten first.
 */
export class CertificateMemory {
  readonly #known = new Map<string, KnownCertificate>()
  readonly #entriesMax: number

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax
  }

  find(der: Uint8Array): KnownCertificate | undefined {
    return this.#known.get(idOf(der))
  }

  remember(known: KnownCertificate): void {
    this.#known.set(idOf(known.certificate.bytes), known)
    if (this.#known.size <= this.#entriesMax) return
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest)
      break
    }
  }
}

function idOf(der: Uint8Array): string {
  return toBase64url(sha256(der))
}
