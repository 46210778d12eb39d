import type { PrivateKey } from '../crypto/ed25519.ts'
import { systemRandom } from '../crypto/random.ts'
import { parseText, toBase64url } from '../encoding/bytes.ts'
import { refuse, type Verdict } from '../encoding/verdict.ts'
import { PeerageError, toPeerageError } from '../errors.ts'
import {
  type CertificateFault,
  parseCertificate,
  type VerifiedCertificate,
  verifyCertificate
} from '../identity/certificate.ts'
import { generationOf } from '../identity/certificate-profile.ts'
import { nodeIdOf } from '../identity/node-id.ts'
import { createCertificateStore, recordIssued } from '../storage/certificate-store.ts'
import type { Database } from '../storage/database.ts'
import type { SettingsStore } from '../storage/settings-store.ts'
import type { Clock } from '../time/clock.ts'
import { createAuthority } from '../trust/authority.ts'
import { expectationOf } from '../trust/expectation.ts'
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
  /** Asks the front desk for the one after a certificate that has ended; undefined: there is none. */
  readonly atDesk: (expired: Uint8Array) => Promise<Uint8Array | undefined>
}

/**
 * Reads and verifies the certificate of the home. One that has expired is issued again where the
 * authority key is, and renewed at the front desk elsewhere, if the authority grants it: a node that
 * was away for long comes back by itself. Throws the fault of the certificate, or why the desk does
 * not renew it: a node that everybody would refuse says so itself.
 */
export async function openOwnCertificate(
  components: OwnCertificateComponents
): Promise<OwnCertificate> {
  const { settings, keyring } = components
  const verify = (der: Uint8Array) => verifyOwn(components, der)
  const stored = parseText(settings.get('certificate') ?? '', 'base64url')
  if (!stored.ok) throw new PeerageError('STORAGE_DAMAGED', { part: 'certificate' })
  let verdict = verify(stored.value)
  if (!verdict.ok && verdict.fault === 'CERTIFICATE_EXPIRED') {
    const der =
      keyring?.state() === 'unlocked'
        ? await issueAgain(components, keyring.current, stored.value)
        : await askDesk(components, stored.value)
    verdict = der === undefined ? verdict : verify(der)
    if (der !== undefined && verdict.ok) settings.set('certificate', toBase64url(der))
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
    ...expectationOf(log),
    key: key.publicKey,
    now: clock.now(),
    exclusionOf(subject) {
      const exclusion = log.state.exclusionOf(subject)
      // A suspended node starts and waits: peers that know better admit it when it is resumed.
      return exclusion?.code === 'MEMBER_SUSPENDED' ? undefined : exclusion
    }
  })
}

/** Refusals by the authority are the reason; a desk that is away leaves the old one. */
async function askDesk(
  { atDesk }: OwnCertificateComponents,
  expired: Uint8Array
): Promise<Uint8Array | undefined> {
  try {
    return await atDesk(expired)
  } catch (error) {
    const { code } = toPeerageError(error)
    if (code === 'FRONT_DESK_UNREACHABLE' || code === 'INVITE_WRONG_NETWORK') {
      throw new PeerageError('CERTIFICATE_EXPIRED', { desk: code })
    }
    throw error
  }
}

async function issueAgain(
  { db, log, key, clock }: OwnCertificateComponents,
  authorityKey: () => PrivateKey,
  expired: Uint8Array
): Promise<Uint8Array> {
  const { issueAuthorityCertificate, issueCertificate } = await import(
    '../identity/certificate-issue.ts'
  )
  const authority = createAuthority({
    ...{ log, clock, key: authorityKey, random: systemRandom },
    issue: recordIssued(issueCertificate, createCertificateStore(db), clock),
    issueAuthority: issueAuthorityCertificate
  })
  const parsed = parseCertificate(expired)
  if (!parsed.ok) throw new PeerageError(parsed.fault, parsed.detail)
  return await authority.renew(nodeIdOf(key.publicKey), generationOf(parsed.value.serial) + 1)
}
