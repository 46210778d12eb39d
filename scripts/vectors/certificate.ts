import { toHex } from '../../src/encoding/bytes.ts'
import { parseCertificate } from '../../src/identity/certificate.ts'
import { LIMITS } from '../../src/limits.ts'
import {
  CASE,
  INVALID_CERTIFICATES,
  VALID_CERTIFICATES
} from '../../test/support/certificate-cases.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for docs/protocol/certificate.md. Run: node scripts/vectors/certificate.ts */
export function certificateVectors() {
  return {
    format: 'certificate',
    specification: 'docs/protocol/certificate.md',
    context: {
      network: CASE.network,
      authorityKey: toHex(CASE.authority.publicKey.bytes),
      connectionKey: toHex(CASE.node.publicKey.bytes),
      now: CASE.now,
      clockSkewMs: LIMITS.clockSkewMs,
      bytesMax: LIMITS.certificateBytesMax,
      revokedSerial: toHex(CASE.revokedSerial)
    },
    valid: VALID_CERTIFICATES.map(({ title, der }) => ({ title, der: toHex(der), ...fields(der) })),
    invalid: INVALID_CERTIFICATES.map(({ title, der, fault }) => ({
      title,
      fault,
      der: toHex(der)
    }))
  }
}

function fields(der: Uint8Array) {
  const parsed = parseCertificate(der)
  if (!parsed.ok) throw new Error(`a valid vector is ${parsed.fault}`)
  const { bytes: _bytes, publicKey, ...rest } = parsed.value
  return { fields: { ...rest, publicKey: toHex(publicKey.bytes) } }
}

if (import.meta.main) writeVectors('certificate', certificateVectors())
