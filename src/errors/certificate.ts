import { type ErrorRow, EXIT } from './row.ts'

/** Why a certificate is not accepted (docs/protocol/certificate.md). Numbers 1100 to 1149. */
export const CERTIFICATE_ERRORS = {
  CERTIFICATE_MALFORMED: {
    number: 1100,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'minor',
    text: 'The certificate does not follow the profile of Peerage.',
    hint: 'Ask the authority for a new certificate.'
  },
  CERTIFICATE_TOO_LARGE: {
    number: 1101,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'minor',
    text: 'The certificate is larger than the profile allows.',
    hint: 'Ask the authority for a new certificate.'
  },
  CERTIFICATE_WRONG_NETWORK: {
    number: 1102,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'minor',
    text: 'The certificate names another network.',
    hint: 'Join this network with an invite of its authority.'
  },
  CERTIFICATE_WRONG_ISSUER: {
    number: 1103,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'minor',
    text: 'The certificate was not signed by an authority key of this network.',
    hint: 'Join this network with an invite of its authority.'
  },
  CERTIFICATE_EXPIRED: {
    number: 1104,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The certificate is past its end date.',
    hint: 'Renew the certificate, or join again with a new invite.'
  },
  CERTIFICATE_NOT_YET_VALID: {
    number: 1105,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: true,
    penalty: 'none',
    text: 'The certificate is not valid yet by the clock of this machine.',
    hint: 'Compare the clocks of both machines.'
  },
  CERTIFICATE_REVOKED: {
    number: 1106,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The certificate, its node or its member was revoked.',
    hint: 'Ask the authority why; only a new invite brings the node back.'
  },
  CERTIFICATE_KEY_MISMATCH: {
    number: 1107,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'major',
    text: 'The certificate is for another key than the one that proved itself.',
    hint: 'Use the certificate that was issued for the key of this node.'
  },
  CERTIFICATE_IS_AUTHORITY: {
    number: 1108,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'major',
    text: 'An authority certificate was shown where a node certificate belongs.',
    hint: 'Use the certificate that was issued for this node.'
  },
  CERTIFICATE_NAME_INVALID: {
    number: 1109,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'minor',
    text: 'The certificate does not carry exactly one valid node name.',
    hint: 'Ask the authority for a new certificate.'
  },
  CERTIFICATE_USAGE_INVALID: {
    number: 1110,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'minor',
    text: 'The certificate lacks a usage that a node needs, or has one it must not have.',
    hint: 'Ask the authority for a new certificate.'
  },
  CERTIFICATE_EXTENSION_UNKNOWN: {
    number: 1111,
    exit: EXIT.verification,
    layer: 'identity',
    retryable: false,
    penalty: 'minor',
    text: 'The certificate carries a critical extension that the profile does not know.',
    hint: 'Ask the authority for a new certificate.'
  },
  CERTIFICATE_NOT_IN_LOG: {
    number: 1112,
    exit: EXIT.denied,
    layer: 'trust',
    retryable: false,
    penalty: 'minor',
    text: 'The trust log has no enrollment for this certificate.',
    hint: 'The certificate was issued outside the log: report it to the authority.'
  },
  CERTIFICATE_ENDS_SOON: {
    number: 1113,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The certificate of this node ends soon.',
    hint: 'Renew it (cert renew), or join again with a new invite, before peers refuse this node.'
  },
  CERTIFICATE_SUPERSEDED: {
    number: 1114,
    exit: EXIT.conflict,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'A newer certificate of this node was issued before.',
    hint: 'Somebody else renews with a copy of the key: revoke the node and join again with a new one.'
  },
  AUTHORITY_KEY_ENDS_SOON: {
    number: 1117,
    exit: EXIT.denied,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The authority key in charge comes to the end of its time.',
    hint: 'Replace it in time: authority key prepare, then activate.'
  },
  CERTIFICATE_IN_TWO_PLACES: {
    number: 1116,
    exit: EXIT.conflict,
    layer: 'identity',
    retryable: false,
    penalty: 'none',
    text: 'The key of a node is in use at two places at once.',
    hint: 'Somebody runs a copy of its home. The authority ends both with: cert recover NODE.'
  },
  RENEWAL_UNAVAILABLE: {
    number: 1115,
    exit: EXIT.failure,
    layer: 'enrollment',
    retryable: true,
    penalty: 'none',
    text: 'No connected node renewed the certificate.',
    hint: 'Connect to a node that holds the authority key; renewal is tried again by itself.'
  }
} as const satisfies Record<string, ErrorRow>
