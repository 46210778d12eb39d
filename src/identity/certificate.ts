import { sha256 } from '../crypto/digest.ts'
import type { PublicKey } from '../crypto/ed25519.ts'
import { equalBytes, toHex } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { CertificateMemory } from './certificate-memory.ts'
import { type Certificate, type ParseFault, parseSignedCertificate } from './certificate-parse.ts'
import { keyIdentifier } from './certificate-profile.ts'
import type { NetworkId } from './network-id.ts'

export { type Certificate, parseCertificate } from './certificate-parse.ts'

declare const verified: unique symbol

/** A certificate that `verifyCertificate` accepted for the key of its connection. */
export interface VerifiedCertificate extends Certificate {
  /** The authority key that signed it. */
  readonly issuer: PublicKey
  readonly [verified]: true
}

/**
 * Answers by serial, node id or member, never by the bytes of the certificate: whoever holds the
 * key could have the same identity encoded in other bytes.
 */
export type ExclusionOf = (certificate: Certificate) => { readonly code: ExclusionCode } | undefined

/** Why the trust log leaves somebody out. */
export type ExclusionCode = 'CERTIFICATE_REVOKED' | 'MEMBER_SUSPENDED'

export interface CertificateExpectation {
  readonly network: NetworkId
  /** Keys that the trust log entitles to issue; kept between calls, since they cache parsing. */
  readonly authorityKeys: readonly PublicKey[]
  /** The key that the handshake proved. */
  readonly key: PublicKey
  readonly now: UnixMillis
  readonly exclusionOf: ExclusionOf
  /** Where the same certificates come again and again. */
  readonly known?: CertificateMemory
}

type StandingFault =
  | 'CERTIFICATE_WRONG_ISSUER'
  | 'CERTIFICATE_NOT_YET_VALID'
  | 'CERTIFICATE_EXPIRED'
  | ExclusionCode

export type CertificateFault = ParseFault | StandingFault | 'CERTIFICATE_WRONG_NETWORK'

/**
 * The one decision whether a certificate speaks for the key of a connection. Parses, then checks
 * in this order, cheap before expensive: network, key, issuer and its signature, validity with
 * `LIMITS.clockSkewMs` of tolerance at both ends, revocation.
 *
 * Faults: those of `parseCertificate`, then `CERTIFICATE_WRONG_NETWORK`,
 * `CERTIFICATE_KEY_MISMATCH`, `CERTIFICATE_WRONG_ISSUER`, `CERTIFICATE_NOT_YET_VALID`,
 * `CERTIFICATE_EXPIRED`, `CERTIFICATE_REVOKED`, `MEMBER_SUSPENDED`.
 */
export function verifyCertificate(
  der: Uint8Array,
  expected: CertificateExpectation
): Verdict<VerifiedCertificate, CertificateFault> {
  const known = expected.known?.find(der)
  // What is remembered is a copy: a piece of a message would keep all of it.
  const bytes = expected.known === undefined ? der : Uint8Array.from(der)
  const signed = known === undefined ? parseSignedCertificate(bytes) : accept(known)
  if (!signed.ok) return signed
  const { certificate, signedBytes, signature, authorityKeyId } = signed.value
  if (certificate.network !== expected.network) return refuse('CERTIFICATE_WRONG_NETWORK')
  if (!certificate.publicKey.equals(expected.key)) {
    return refuse('CERTIFICATE_KEY_MISMATCH', { part: 'connection' })
  }
  const issuer = expected.authorityKeys.find((key) =>
    equalBytes(keyIdentifier(key), authorityKeyId)
  )
  if (issuer === undefined) return refuse('CERTIFICATE_WRONG_ISSUER', { part: 'key' })
  if (known?.signer.equals(issuer) !== true) {
    if (!issuer.verify(signedBytes, signature)) {
      return refuse('CERTIFICATE_WRONG_ISSUER', { part: 'signature' })
    }
    expected.known?.remember({ ...signed.value, signer: issuer })
  }
  // The only place where the type is made: everything it stands for was checked above or below.
  return judgeCertificate({ ...certificate, issuer } as VerifiedCertificate, expected)
}

/**
 * Judges a verified certificate again on a connection that is still open: whether its issuer is
 * still entitled, the time, and revocation. No signature is computed.
 *
 * Faults: `CERTIFICATE_WRONG_ISSUER`, `CERTIFICATE_NOT_YET_VALID`, `CERTIFICATE_EXPIRED`,
 * `CERTIFICATE_REVOKED`, `MEMBER_SUSPENDED`.
 */
export function judgeCertificate(
  certificate: VerifiedCertificate,
  expected: Pick<CertificateExpectation, 'now' | 'exclusionOf' | 'authorityKeys'>
): Verdict<VerifiedCertificate, StandingFault> {
  const { notBefore, notAfter, issuer } = certificate
  if (!expected.authorityKeys.some((key) => key.equals(issuer))) {
    return refuse('CERTIFICATE_WRONG_ISSUER', { part: 'key' })
  }
  if (expected.now + LIMITS.clockSkewMs < notBefore) {
    return refuse('CERTIFICATE_NOT_YET_VALID', { notBefore })
  }
  if (expected.now - LIMITS.clockSkewMs > notAfter) {
    return refuse('CERTIFICATE_EXPIRED', { notAfter })
  }
  const exclusion = expected.exclusionOf(certificate)
  if (exclusion !== undefined) return refuse(exclusion.code, { serial: certificate.serial })
  return accept(certificate)
}

/** What an operator compares and an invite pins: `sha256:` and hex over SubjectPublicKeyInfo. */
export function authorityFingerprint(key: PublicKey): string {
  return `sha256:${toHex(sha256(key.spki))}`
}
