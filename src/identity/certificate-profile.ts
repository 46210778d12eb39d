import { sha256 } from '../crypto/digest.ts'
import type { PublicKey } from '../crypto/ed25519.ts'

/** Object identifiers of the profile in dotted form and as the hex of their DER content. */
export const OID = {
  organization: { dotted: '2.5.4.10', hex: '55040a' },
  commonName: { dotted: '2.5.4.3', hex: '550403' },
  subjectKeyId: { dotted: '2.5.29.14', hex: '551d0e' },
  keyUsage: { dotted: '2.5.29.15', hex: '551d0f' },
  subjectAltName: { dotted: '2.5.29.17', hex: '551d11' },
  basicConstraints: { dotted: '2.5.29.19', hex: '551d13' },
  authorityKeyId: { dotted: '2.5.29.35', hex: '551d23' },
  extKeyUsage: { dotted: '2.5.29.37', hex: '551d25' },
  /**
   * How the node was enrolled: the UUID a44703cf-3938-4bc5-8366-f6b254045f21 in the arc that takes
   * UUIDs in pieces of at most 24 bits (oid-base.com/get/1.2.840.113556.1.8000.2554). As 2.25.<uuid>
   * it would be one arc of 128 bits: Go's crypto/x509 refuses the whole certificate for that, and
   * asn1js cuts the arc off when it writes; RFC 5280 §4 asks for no more than 28 bits.
   */
  enrollment: {
    dotted: '1.2.840.113556.1.8000.2554.42055.975.14648.19397.33638.16167508.286497',
    hex: '2a864886f71401be40937a82c847874ff23881974582866687dae45491be21'
  }
} as const

/** Common name of the issuer: the authority is a role, not somebody. */
export const AUTHORITY_NAME = 'authority'

export const SERIAL_BYTES = 16
export const KEY_ID_BYTES = 20

/** 30 bits in the first four bytes of a serial. */
export const GENERATION_MAX = 0x3fff_ffff

/**
 * Which certificate of its node key one is: 1 for the first, and one more with every renewal. It is
 * part of the serial, so that it outlives whatever the authority has written down about it.
 */
export function generationOf(serial: string): number {
  return Number.parseInt(serial.slice(0, 8), 16) & GENERATION_MAX
}

/** The first 20 bytes of SHA-256 over the 32 key bytes (RFC 7093 §2, method 1). */
export function keyIdentifier(key: PublicKey): Uint8Array {
  return sha256(key.bytes).subarray(0, KEY_ID_BYTES)
}
