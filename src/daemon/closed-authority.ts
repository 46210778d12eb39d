import { systemRandom } from '../crypto/random.ts'
import { issueAuthorityCertificate, issueCertificate } from '../identity/certificate-issue.ts'
import { createCertificateStore, recordIssued } from '../storage/certificate-store.ts'
import { createSettingsStore } from '../storage/settings-store.ts'
import { systemClock } from '../time/clock.ts'
import { type Authority, createAuthority } from '../trust/authority.ts'
import { type AuthorityKeyring, openAuthorityKeyring } from './authority-keyring.ts'
import type { ClosedHome } from './closed-home.ts'
import { requireNotRestored } from './restored.ts'

/**
 * The authority of a home that no daemon runs. Throws `HOME_RESTORED`, `AUTHORITY_ABSENT` and the errors of the key.
 */
export async function openClosedAuthority(
  { home, db, log }: ClosedHome,
  passphrase: Uint8Array | undefined
): Promise<{ readonly authority: Authority; readonly keyring: AuthorityKeyring }> {
  requireNotRestored(createSettingsStore(db))
  const keyring = await openAuthorityKeyring(home, log.state)
  await keyring.unlock(passphrase)
  const certificates = createCertificateStore(db)
  const authority = createAuthority({
    log,
    key: () => keyring.current(),
    clock: systemClock,
    random: systemRandom,
    issue: recordIssued(issueCertificate, certificates, systemClock),
    isIssued: (serial) => certificates.load(serial) !== undefined,
    issueAuthority: issueAuthorityCertificate
  })
  return { authority, keyring }
}
