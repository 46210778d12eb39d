import type { PrivateKey, PublicKey } from '../../src/crypto/ed25519.ts'
import { concatBytes, parseText, utf8 } from '../../src/encoding/bytes.ts'
import { keyIdentifier, OID } from '../../src/identity/certificate-profile.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'

/**
 * Certificates written byte by byte, right and wrong: an independent second implementation of the
 * profile, so that neither the certificate library nor our reader is its own witness.
 */
export interface CertificateParts {
  readonly version: Uint8Array
  readonly serial: Uint8Array
  readonly innerAlgorithm: Uint8Array
  readonly issuer: Uint8Array
  readonly validity: Uint8Array
  readonly subject: Uint8Array
  readonly spki: Uint8Array
  /** Instead of the list of extensions, or behind it. */
  readonly extensions: readonly Uint8Array[]
  readonly behind: Uint8Array
  readonly outerAlgorithm: Uint8Array
  readonly signer: PrivateKey
}

export interface Names {
  readonly network: string
  readonly member: string
  readonly node: string
}

export const SEQUENCE = 0x30
export const NONE = new Uint8Array()
export const ED25519 = tlv(SEQUENCE, hex('06032b6570'))

/** One DER element with a minimal length. */
export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes([...parts])
  const { length } = content
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : []
  const long = length < 0x100 ? head : [0x82, length >> 8, length & 0xff]
  return concatBytes([Uint8Array.of(tag, ...long), content])
}

export function hex(text: string): Uint8Array {
  const bytes = parseText(text, 'base16')
  if (!bytes.ok) throw new TypeError(`not hex: ${text}`)
  return bytes.value
}

export function text(tag: number, value: string): Uint8Array {
  return tlv(tag, utf8(value))
}

export function attribute(oid: string, value: Uint8Array): Uint8Array {
  return tlv(SEQUENCE, tlv(0x06, hex(oid)), value)
}

/** `O=<network>, CN=<common name>` with UTF8Strings unless told otherwise. */
export function name(network: string, commonName: string, tag = 0x0c): Uint8Array {
  return tlv(
    SEQUENCE,
    tlv(0x31, attribute(OID.organization.hex, text(tag, network))),
    tlv(0x31, attribute(OID.commonName.hex, text(tag, commonName)))
  )
}

export function utcTime(millis: number): Uint8Array {
  const digits = new Date(millis).toISOString().replaceAll(/\D/g, '').slice(2, 14)
  return text(0x17, `${digits}Z`)
}

export function extension(oid: string, critical: boolean, value: Uint8Array): Uint8Array {
  return tlv(SEQUENCE, tlv(0x06, hex(oid)), critical ? hex('0101ff') : NONE, tlv(0x04, value))
}

export function altName(...names: readonly Uint8Array[]): Uint8Array {
  return extension(OID.subjectAltName.hex, false, tlv(SEQUENCE, ...names))
}

export function uri(value: string): Uint8Array {
  return text(0x86, value)
}

export function enrollment(method: Uint8Array, assurance: Uint8Array, ...more: Uint8Array[]) {
  return extension(OID.enrollment.hex, false, tlv(SEQUENCE, method, assurance, ...more))
}

/** The seven extensions of a leaf by name, in the order in which Peerage writes them. */
export function leafExtensions(names: Names, key: PublicKey, authority: PublicKey) {
  const { network, member, node } = names
  return {
    basicConstraints: extension(OID.basicConstraints.hex, true, hex('3000')),
    keyUsage: extension(OID.keyUsage.hex, true, hex('03020780')),
    extKeyUsage: extension(
      OID.extKeyUsage.hex,
      false,
      hex('301406082b0601050507030106082b06010505070302')
    ),
    subjectAltName: altName(uri(`peerage://${network}/${member}/${node}`)),
    authorityKeyId: extension(
      OID.authorityKeyId.hex,
      false,
      tlv(SEQUENCE, tlv(0x80, keyIdentifier(authority)))
    ),
    subjectKeyId: extension(OID.subjectKeyId.hex, false, tlv(0x04, keyIdentifier(key))),
    enrollment: enrollment(text(0x0c, 'invite'), hex('020101'))
  }
}

export interface LeafInit extends Names {
  readonly authority: PrivateKey
  readonly publicKey: PublicKey
  /** Sixteen bytes. */
  readonly serial: Uint8Array
  readonly notBefore: number
  readonly notAfter: number
}

/** The parts of a certificate that follows the profile. */
export function leafParts(init: LeafInit): CertificateParts {
  const { authority, publicKey, network } = init
  return {
    version: hex('a003020102'),
    serial: tlv(0x02, init.serial),
    innerAlgorithm: ED25519,
    issuer: name(network, 'authority'),
    validity: tlv(SEQUENCE, utcTime(init.notBefore), utcTime(init.notAfter)),
    subject: name(network, nodeIdOf(publicKey)),
    spki: publicKey.spki,
    extensions: Object.values(leafExtensions(init, publicKey, authority.publicKey)),
    behind: NONE,
    outerAlgorithm: ED25519,
    signer: authority
  }
}

/** Joins and signs the parts, whatever they are. */
export function assemble(parts: CertificateParts): Uint8Array {
  const tbs = tlv(
    SEQUENCE,
    parts.version,
    parts.serial,
    parts.innerAlgorithm,
    parts.issuer,
    parts.validity,
    parts.subject,
    parts.spki,
    tlv(0xa3, tlv(SEQUENCE, ...parts.extensions)),
    parts.behind
  )
  const signature = tlv(0x03, NO_UNUSED_BITS, parts.signer.sign(tbs))
  return tlv(SEQUENCE, tbs, parts.outerAlgorithm, signature)
}

const NO_UNUSED_BITS = Uint8Array.of(0)
