import type { PrivateKey } from '../crypto/ed25519.ts'
import type { UnixMillis } from '../time/clock.ts'
import { AUTHORITY_NAME, keyIdentifier, OID } from './certificate-profile.ts'
import { TAG } from './der.ts'
import {
  bytesOfHex,
  DER_ED25519,
  der,
  derExtension,
  derInteger,
  derName,
  derSigned,
  derTime
} from './der-write.ts'
import type { NetworkId } from './network-id.ts'

const CRL_NUMBER = '551d14'
const TAG_EXTENSIONS = 0xa0
const TAG_KEY_ID = 0x80

export interface RevokedCertificate {
  /** 32 hex digits. */
  readonly serial: string
  readonly revokedAt: UnixMillis
}

export interface RevocationListRequest {
  readonly authority: PrivateKey
  readonly network: NetworkId
  readonly thisUpdate: UnixMillis
  readonly nextUpdate: UnixMillis
  readonly revoked: readonly RevokedCertificate[]
}

/**
 * A certificate revocation list (RFC 5280 §5), as DER, for other X.509 software: nodes read the
 * trust log and never this. Its number is the time of its making, so that it always rises.
 */
export function issueRevocationList(request: RevocationListRequest): Uint8Array {
  const { authority, network, thisUpdate, nextUpdate, revoked } = request
  const entries = revoked.map(({ serial, revokedAt }) =>
    der(TAG.sequence, derInteger(bytesOfHex(serial)), derTime(revokedAt))
  )
  const keyId = der(TAG_KEY_ID, keyIdentifier(authority.publicKey))
  const signed = der(
    TAG.sequence,
    derInteger(Uint8Array.of(1)),
    DER_ED25519,
    // As in the certificates of the authority, byte for byte: lists are found by it.
    derName(network, AUTHORITY_NAME),
    derTime(thisUpdate),
    derTime(nextUpdate),
    // An empty list has to be left out.
    entries.length === 0 ? new Uint8Array() : der(TAG.sequence, ...entries),
    der(
      TAG_EXTENSIONS,
      der(
        TAG.sequence,
        derExtension(OID.authorityKeyId.hex, der(TAG.sequence, keyId)),
        derExtension(CRL_NUMBER, derInteger(bytesOfHex(thisUpdate.toString(16).padStart(12, '0'))))
      )
    )
  )
  return derSigned(signed, authority)
}
