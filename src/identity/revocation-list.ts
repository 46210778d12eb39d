import { type PrivateKey, SIGNATURE_BYTES } from '../crypto/ed25519.ts'
import { concatBytes, parseText, utf8 } from '../encoding/bytes.ts'
import type { UnixMillis } from '../time/clock.ts'
import { AUTHORITY_NAME, keyIdentifier, OID } from './certificate-profile.ts'
import { TAG } from './der.ts'
import { der, derInteger, derTime } from './der-write.ts'
import type { NetworkId } from './network-id.ts'

/** SEQUENCE { OID id-Ed25519 } (RFC 8410 §3). */
const ED25519 = Uint8Array.of(0x30, 5, 6, 3, 0x2b, 0x65, 0x70)
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
    der(TAG.sequence, derInteger(hex(serial)), derTime(revokedAt))
  )
  const keyId = der(TAG_KEY_ID, keyIdentifier(authority.publicKey))
  const signed = der(
    TAG.sequence,
    derInteger(Uint8Array.of(1)),
    ED25519,
    issuerName(network),
    derTime(thisUpdate),
    derTime(nextUpdate),
    // An empty list has to be left out.
    entries.length === 0 ? new Uint8Array() : der(TAG.sequence, ...entries),
    der(
      TAG_EXTENSIONS,
      der(
        TAG.sequence,
        extension(OID.authorityKeyId.hex, der(TAG.sequence, keyId)),
        extension(CRL_NUMBER, derInteger(hex(thisUpdate.toString(16).padStart(12, '0'))))
      )
    )
  )
  const signature = concatBytes([Uint8Array.of(0), authority.sign(signed)])
  if (signature.length !== SIGNATURE_BYTES + 1) throw new Error('an Ed25519 signature has 64 bytes')
  return der(TAG.sequence, signed, ED25519, der(TAG.bitString, signature))
}

/** As in the certificates of the authority, byte for byte: lists are found by it. */
function issuerName(network: NetworkId): Uint8Array {
  const attribute = (id: string, text: string) =>
    der(TAG.set, der(TAG.sequence, der(TAG.oid, hex(id)), der(TAG.utf8String, utf8(text))))
  return der(
    TAG.sequence,
    attribute(OID.organization.hex, network),
    attribute(OID.commonName.hex, AUTHORITY_NAME)
  )
}

function extension(id: string, value: Uint8Array): Uint8Array {
  return der(TAG.sequence, der(TAG.oid, hex(id)), der(TAG.octetString, value))
}

function hex(text: string): Uint8Array {
  const bytes = parseText(text, 'base16')
  if (!bytes.ok) throw new RangeError('no hex digits')
  return bytes.value
}
