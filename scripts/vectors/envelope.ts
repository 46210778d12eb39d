import { toHex } from '../../src/encoding/bytes.ts'
import { ENVELOPE, INVALID_ENVELOPES } from '../../test/support/envelope-cases.ts'
import { writeVectors } from './write-vectors.ts'

/** Vectors for docs/protocol/envelope.md. Run: node scripts/vectors/envelope.ts */
export function envelopeVectors() {
  const { domain, key, payload, signedBytes, sealed } = ENVELOPE
  return {
    format: 'envelope',
    specification: 'docs/protocol/envelope.md',
    domain,
    seed: toHex(key.exportSeed()),
    publicKey: toHex(key.publicKey.bytes),
    valid: [
      {
        title: 'seven bytes of payload',
        payload: toHex(payload),
        signedBytes: toHex(signedBytes),
        envelope: toHex(sealed)
      }
    ],
    invalid: INVALID_ENVELOPES.map(({ title, fault, bytes }) => ({
      title,
      fault,
      envelope: toHex(bytes)
    }))
  }
}

if (import.meta.main) writeVectors('envelope', envelopeVectors())
