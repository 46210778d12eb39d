import { type PrivateKey, SIGNATURE_BYTES } from '../crypto/ed25519.ts'
import { concatBytes, parseText, utf8 } from '../encoding/bytes.ts'
import type { UnixMillis } from '../time/clock.ts'
import { OID } from './certificate-profile.ts'
import { TAG } from './der.ts'

/** SEQUENCE { OID id-Ed25519 } (RFC 8410 §3). */
export const DER_ED25519 = Uint8Array.of(0x30, 5, 6, 3, 0x2b, 0x65, 0x70)

/** One element of DER (ITU-T X.690 §10.1): shortest length, below 2^24 bytes. */
export function der(tag: number, ...content: readonly Uint8Array[]): Uint8Array {
  const bytes = concatBytes([...content])
  return concatBytes([Uint8Array.of(tag, ...lengthOf(bytes.length)), bytes])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  const all = [length >> 16, (length >> 8) & 0xff, length & 0xff]
  const shortest = all.slice(all.findIndex((byte) => byte > 0))
  return [0x80 | shortest.length, ...shortest]
}

/** An INTEGER from the bytes of a number that is not negative. */
export function derInteger(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte > 0)
  const shortest = start === -1 ? Uint8Array.of(0) : bytes.subarray(start)
  const isHigh = (shortest[0] ?? 0) >= 0x80
  return isHigh ? der(TAG.integer, Uint8Array.of(0), shortest) : der(TAG.integer, shortest)
}

/** Whole seconds; UTCTime until the end of 2049, GeneralizedTime after it (RFC 5280 §4.1.2.5). */
export function derTime(time: UnixMillis): Uint8Array {
  const text = new Date(time).toISOString().replace(/[-:T]|\.\d+/g, '')
  return text < '2050'
    ? der(TAG.utcTime, utf8(text.slice(2)))
    : der(TAG.generalizedTime, utf8(text))
}

/** `O=<network id>, CN=<text>`: the only form of a distinguished name here. */
export function derName(network: string, commonName: string): Uint8Array {
  const attribute = (id: string, text: string) =>
    der(TAG.set, der(TAG.sequence, derOid(id), der(TAG.utf8String, utf8(text))))
  return der(
    TAG.sequence,
    attribute(OID.organization.hex, network),
    attribute(OID.commonName.hex, commonName)
  )
}

/** An extension that is not critical (RFC 5280 §4.1). */
export function derExtension(id: string, value: Uint8Array): Uint8Array {
  return der(TAG.sequence, derOid(id), der(TAG.octetString, value))
}

/** An OBJECT IDENTIFIER from the hex of its content. */
export function derOid(id: string): Uint8Array {
  return der(TAG.oid, bytesOfHex(id))
}

export function bytesOfHex(text: string): Uint8Array {
  const bytes = parseText(text, 'base16')
  if (!bytes.ok) throw new RangeError('no hex digits')
  return bytes.value
}

/** What is signed with its signature, the form of everything that X.509 signs (RFC 5280 §4.1.1). */
export function derSigned(signed: Uint8Array, key: PrivateKey): Uint8Array {
  const signature = concatBytes([Uint8Array.of(0), key.sign(signed)])
  if (signature.length !== SIGNATURE_BYTES + 1) throw new Error('an Ed25519 signature has 64 bytes')
  return der(TAG.sequence, signed, DER_ED25519, der(TAG.bitString, signature))
}
