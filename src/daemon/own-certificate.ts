import type { PrivateKey } from '../crypto/ed25519.ts'
import { systemRandom } from '../crypto/random.ts'
import { parseText, toBase64url } from '../encoding/bytes.ts'
import { refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError } from '../errors.ts'
import {
  type CertificateFault,
  type VerifiedCertificate,
  verifyCertificate
} from '../identity/certificate.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import { createCertificateStore, recordIssued } from '../storage/certificate-store.ts'
import type { Database } from '../storage/database.ts'
import type { SettingsStore } from '../storage/settings-store.ts'
import type { Clock } from '../time/clock.ts'
import { createAuthority } from '../trust/authority.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import type { AuthorityKeyring } from './authority-keyring.ts'

/** The certificate that this node shows; the newest that was installed. */
export interface OwnCertificate {
  current(): VerifiedCertificate
  /**
   * Stores a certificate and uses it from then on. Faults: those of `verifyCertificate`;
   * `CERTIFICATE_SUPERSEDED` for one that ends no later than what is there.
   */
  install(der: Uint8Array): Verdict<VerifiedCertificate>
}

export interface OwnCertificateComponents {
  readonly db: Database
  readonly settings: SettingsStore
  readonly log: TrustLog
  readonly key: PrivateKey
  /** Where this home holds an authority key. */
  readonly keyring: Pick<AuthorityKeyring, 'current' | 'state'> | undefined
  readonly clock: Clock
}

/**
 * Reads and verifies the certificate of the home. Where the authority key is, one that has expired
 * is issued again: an authority that was away for long can come back by itself. Throws the fault of
 * the certificate: a node that everybody would refuse says so itself.
 */
export async function openOwnCertificate(
  components: OwnCertificateComponents
): Promise<OwnCertificate> {
  const { settings, keyring } = components
  const verify = (der: Uint8Array) => verifyOwn(components, der)
  const stored = parseText(settings.get('certificate') ?? '', 'base64url')
  if (!stored.ok) throw new PeerageError('STORAGE_DAMAGED', { part: 'certificate' })
  let verdict = verify(stored.value)
  if (!verdict.ok && verdict.fault === 'CERTIFICATE_EXPIRED' && keyring?.state() === 'unlocked') {
    const der = await issueAgain(components, keyring.current)
    settings.set('certificate', toBase64url(der))
    verdict = verify(der)
  }
  if (!verdict.ok) {
    // The certificate is bound to the key of this home: another key in its place is a key fault.
    const code = verdict.fault === 'CERTIFICATE_KEY_MISMATCH' ? 'KEY_FILE_MISMATCH' : verdict.fault
    const suggestion = 'Start with --authority-passphrase-file FILE: it is renewed at once then'
    const isLocked = code === 'CERTIFICATE_EXPIRED' && keyring?.state() === 'locked'
    throw new PeerageError(code, { ...verdict.detail, ...(isLocked ? { suggestion } : {}) })
  }
  let current = verdict.value
  return {
    current: () => current,
    install(der) {
      const verified = verify(der)
      if (!verified.ok) return verified
      if (verified.value.notAfter <= current.notAfter) return refuse('CERTIFICATE_SUPERSEDED')
      settings.set('certificate', toBase64url(der))
      current = verified.value
      return verified
    }
  }
}

function verifyOwn(
  { log, key, clock }: OwnCertificateComponents,
  der: Uint8Array
): Verdict<VerifiedCertificate, CertificateFault> {
  return verifyCertificate(der, {
    network: log.network,
    authorityKeys: log.state.authorityKeys,
    key: key.publicKey,
    now: clock.now(),
    exclusionOf(subject) {
      const exclusion = log.state.exclusionOf(subject)
      // A suspended node starts and waits: peers that know better admit it when it is resumed.
      return exclusion?.code === 'MEMBER_SUSPENDED' ? undefined : exclusion
    }
  })
}

async function issueAgain(
  { db, log, key, clock }: OwnCertificateComponents,
  authorityKey: () => PrivateKey
): Promise<Uint8Array> {
  const { issueAuthorityCertificate, issueCertificate } = await import(
    '../identity/certificate-issue.ts'
  )
  const authority = createAuthority({
    ...{ log, clock, key: authorityKey, random: systemRandom },
    issue: recordIssued(issueCertificate, createCertificateStore(db), clock),
    issueAuthority: issueAuthorityCertificate
  })
  return await authority.renew(nodeIdOf(key.publicKey))
}
