import type { CertificateExpectation } from '../identity/certificate.ts'

/** What a certificate has to agree with, as far as the trust log says it. */
export function expectationOf({
  network,
  state
}: {
  readonly network: CertificateExpectation['network']
  readonly state: Pick<CertificateExpectation, 'authorityKeys' | 'exclusionOf'>
}): Pick<CertificateExpectation, 'network' | 'authorityKeys' | 'exclusionOf'> {
  return {
    network,
    authorityKeys: state.authorityKeys,
    exclusionOf: (subject) => state.exclusionOf(subject)
  }
}
