import { sha256 } from '../crypto/digest.ts'
import type { PublicKey } from '../crypto/ed25519.ts'
import { toBase64url } from '../encoding/bytes.ts'
import { RecentMap } from '../encoding/recent-map.ts'
import type { SignedCertificate } from './certificate-parse.ts'

export interface KnownCertificate extends SignedCertificate {
  /** The key whose signature was found good. */
  readonly signer: PublicKey
}

/**
 * Certificates whose signature was found good before, by their bytes, so that the same bytes are
 * parsed and verified once: a certificate comes again with every connection. Whether it is good for
 * anything is judged anew each time. Bad ones are never remembered, so nobody can fill it without
 * the authority key.
 */
export class CertificateMemory {
  readonly #known: RecentMap<string, KnownCertificate>

  constructor(entriesMax: number) {
    this.#known = new RecentMap(entriesMax)
  }

  find(der: Uint8Array): KnownCertificate | undefined {
    return this.#known.get(idOf(der))
  }

  remember(known: KnownCertificate): void {
    this.#known.set(idOf(known.certificate.bytes), known)
  }
}

function idOf(der: Uint8Array): string {
  return toBase64url(sha256(der))
}
