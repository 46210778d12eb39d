import type { PublicKey } from '../crypto/ed25519.ts'
import { equalBytes, fromUtf8, toHex } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { type Extensions, type Form, malformed, readForm } from './certificate-form.ts'
import { AUTHORITY_NAME, KEY_ID_BYTES, keyIdentifier, OID } from './certificate-profile.ts'
import { type Der, parseDer, sequence, TAG } from './der.ts'
import { parseName } from './name.ts'
import type { NetworkId } from './network-id.ts'
import { type NodeId, nodeIdOf, parseNodeId } from './node-id.ts'
import { parseNodeUri } from './node-uri.ts'

/** A node certificate as its bytes say; nothing of it is believed before `verifyCertificate`. */
export interface Certificate {
  /** The DER that was parsed. */
  readonly bytes: Uint8Array
  /** 32 lowercase hex digits. */
  readonly serial: string
  readonly network: NetworkId
  readonly member: string
  readonly node: string
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
  readonly notBefore: UnixMillis
  readonly notAfter: UnixMillis
  /** How the member proved who they are at enrollment, for example `invite`. */
  readonly method: string
  /** Strength of that proof; larger is stronger (SR-AUTHN-1). */
  readonly assurance: number
}

/** A parsed certificate with what its signature is checked against. */
export interface SignedCertificate {
  readonly certificate: Certificate
  readonly signedBytes: Uint8Array
  readonly signature: Uint8Array
  /** Names the authority key that claims to have signed. */
  readonly authorityKeyId: Uint8Array
}

/** Whether these are a certificate with a signature by `key`; says nothing about its validity. */
export function isSignedBy(der: Uint8Array, key: PublicKey): boolean {
  const parsed = parseSignedCertificate(der)
  return parsed.ok && key.verify(parsed.value.signedBytes, parsed.value.signature)
}

export type ParseFault =
  | 'CERTIFICATE_TOO_LARGE'
  | 'CERTIFICATE_MALFORMED'
  | 'CERTIFICATE_IS_AUTHORITY'
  | 'CERTIFICATE_EXTENSION_UNKNOWN'
  | 'CERTIFICATE_NAME_INVALID'
  | 'CERTIFICATE_USAGE_INVALID'
  | 'CERTIFICATE_KEY_MISMATCH'

const NOT_AUTHORITY = '3000'
const DIGITAL_SIGNATURE = '03020780'
/** SEQUENCE { serverAuth, clientAuth } */
const SERVER_AND_CLIENT = '301406082b0601050507030106082b06010505070302'

const TAG_URI = 0x86
const TAG_KEY_ID = 0x80

/** The extensions of the profile and whether each is critical. A leaf has every one, once. */
const CRITICAL: ReadonlyMap<string, boolean> = new Map([
  [OID.basicConstraints.hex, true],
  [OID.keyUsage.hex, true],
  [OID.extKeyUsage.hex, false],
  [OID.subjectAltName.hex, false],
  [OID.authorityKeyId.hex, false],
  [OID.subjectKeyId.hex, false],
  [OID.enrollment.hex, false]
])

/**
 * Reads a node certificate in the strict profile of docs/protocol/certificate.md. Checks every
 * rule that needs nothing but the bytes; trust is the business of `verifyCertificate`.
 *
 * Faults, first one wins: `CERTIFICATE_TOO_LARGE`, `CERTIFICATE_MALFORMED`,
 * `CERTIFICATE_IS_AUTHORITY`, `CERTIFICATE_EXTENSION_UNKNOWN`, `CERTIFICATE_NAME_INVALID`,
 * `CERTIFICATE_USAGE_INVALID`, `CERTIFICATE_KEY_MISMATCH` (subject and key of the certificate
 * itself disagree).
 */
export function parseCertificate(der: Uint8Array): Verdict<Certificate, ParseFault> {
  const signed = parseSignedCertificate(der)
  return signed.ok ? accept(signed.value.certificate) : signed
}

/** As `parseCertificate`, keeping the signature for who verifies it. */
export function parseSignedCertificate(der: Uint8Array): Verdict<SignedCertificate, ParseFault> {
  const bytesMax = LIMITS.certificateBytesMax
  if (der.length > bytesMax) {
    return refuse('CERTIFICATE_TOO_LARGE', { bytes: der.length, bytesMax })
  }
  const form = readForm(der)
  if (!form.ok) return form
  const { extensions, publicKey, serial, notBefore, notAfter, signedBytes, signature } = form.value
  const known = checkExtensions(extensions)
  if (!known.ok) return known
  const name = readNames(form.value)
  if (!name.ok) return name
  const usable = checkUsages(extensions)
  if (!usable.ok) return usable
  const authorityKeyId = readAuthorityKeyId(extensions)
  if (authorityKeyId === undefined) return malformed('authorityKeyIdentifier')
  if (!isSubjectKeyId(extensions, publicKey)) return malformed('subjectKeyIdentifier')
  const enrollment = readEnrollment(extensions)
  if (enrollment === undefined) return malformed('enrollment')
  if (name.value.nodeId !== nodeIdOf(publicKey)) {
    return refuse('CERTIFICATE_KEY_MISMATCH', { part: 'subject' })
  }
  const identity = { ...name.value, ...enrollment, publicKey, serial, notBefore, notAfter }
  return accept({
    certificate: { bytes: der, ...identity },
    signedBytes,
    signature,
    authorityKeyId
  })
}

function checkExtensions(
  extensions: Extensions
): Verdict<
  void,
  'CERTIFICATE_IS_AUTHORITY' | 'CERTIFICATE_EXTENSION_UNKNOWN' | 'CERTIFICATE_MALFORMED'
> {
  const constraints = extensions.get(OID.basicConstraints.hex)
  if (constraints !== undefined && isAuthority(constraints.value)) {
    return refuse('CERTIFICATE_IS_AUTHORITY')
  }
  const all = [...extensions]
  if (all.some(([id, { critical }]) => critical && !CRITICAL.has(id))) {
    return refuse('CERTIFICATE_EXTENSION_UNKNOWN')
  }
  // Ignoring unknown extensions would let two readers see two meanings in one certificate.
  if (all.some(([id, { critical }]) => CRITICAL.get(id) !== critical))
    return malformed('extensions')
  return accept(undefined)
}

function isAuthority(value: Uint8Array): boolean {
  const [flag] = sequence(parseDer(value)) ?? []
  return flag?.tag === TAG.boolean && flag.content[0] === 0xff
}

interface Names {
  readonly network: NetworkId
  readonly member: string
  readonly node: string
  readonly nodeId: NodeId
}

/** One URI, and an issuer and a subject that say the same as it. */
function readNames(form: Form): Verdict<Names, 'CERTIFICATE_NAME_INVALID'> {
  const names = sequence(parseDer(valueIn(form.extensions, OID.subjectAltName.hex))) ?? []
  const [uri] = names
  if (uri?.tag !== TAG_URI || names.length !== 1) {
    return refuse('CERTIFICATE_NAME_INVALID', { part: 'subjectAltName', names: names.length })
  }
  const name = parseNodeUri(fromUtf8(uri.content) ?? '')
  if (!name.ok) return name
  if (readCommonName(form.issuer, name.value.network) !== AUTHORITY_NAME) {
    return refuse('CERTIFICATE_NAME_INVALID', { part: 'issuer' })
  }
  const nodeId = parseNodeId(readCommonName(form.subject, name.value.network) ?? '')
  return nodeId.ok
    ? accept({ ...name.value, nodeId: nodeId.value })
    : refuse('CERTIFICATE_NAME_INVALID', { part: 'subject' })
}

/** The CN of `O=<network id>, CN=<text>`, the only form of a distinguished name here. */
function readCommonName(name: Der, network: NetworkId): string | undefined {
  const [organization, commonName, ...rest] = sequence(name) ?? []
  if (rest.length > 0 || readAttribute(organization, OID.organization.hex) !== network) {
    return undefined
  }
  return readAttribute(commonName, OID.commonName.hex)
}

function readAttribute(set: Der | undefined, id: string): string | undefined {
  const [attribute, ...others] = set?.tag === TAG.set ? set.children : []
  const [type, value, ...rest] = sequence(attribute) ?? []
  if (others.length > 0 || rest.length > 0) return undefined
  if (type?.tag !== TAG.oid || toHex(type.content) !== id) return undefined
  return value?.tag === TAG.utf8String ? fromUtf8(value.content) : undefined
}

function checkUsages(extensions: Extensions): Verdict<void, 'CERTIFICATE_USAGE_INVALID'> {
  const expected = [
    ['basicConstraints', OID.basicConstraints.hex, NOT_AUTHORITY],
    ['keyUsage', OID.keyUsage.hex, DIGITAL_SIGNATURE],
    ['extKeyUsage', OID.extKeyUsage.hex, SERVER_AND_CLIENT]
  ] as const
  for (const [part, id, value] of expected) {
    if (toHex(valueIn(extensions, id)) !== value) {
      return refuse('CERTIFICATE_USAGE_INVALID', { part })
    }
  }
  return accept(undefined)
}

/** AuthorityKeyIdentifier { keyIdentifier [0] } and nothing else. */
function readAuthorityKeyId(extensions: Extensions): Uint8Array | undefined {
  const [id, ...rest] = sequence(parseDer(valueIn(extensions, OID.authorityKeyId.hex))) ?? []
  const isAlone = id?.tag === TAG_KEY_ID && id.content.length === KEY_ID_BYTES && rest.length === 0
  return isAlone ? id.content : undefined
}

function isSubjectKeyId(extensions: Extensions, key: PublicKey): boolean {
  const id = parseDer(valueIn(extensions, OID.subjectKeyId.hex))
  return id?.tag === TAG.octetString && equalBytes(id.content, keyIdentifier(key))
}

/** SEQUENCE { method UTF8String, assurance INTEGER (0..127) } */
function readEnrollment(
  extensions: Extensions
): Pick<Certificate, 'method' | 'assurance'> | undefined {
  const fields = sequence(parseDer(valueIn(extensions, OID.enrollment.hex))) ?? []
  const [method, assurance] = fields
  if (fields.length !== 2 || method?.tag !== TAG.utf8String || assurance?.tag !== TAG.integer) {
    return undefined
  }
  const name = parseName(fromUtf8(method.content) ?? '')
  const level = assurance.content[0] ?? 0
  if (!name.ok || assurance.content.length !== 1 || level > LIMITS.assuranceMax) return undefined
  return { method: name.value, assurance: level }
}

/** Empty bytes for a missing extension: they match nothing. */
function valueIn(extensions: Extensions, id: string): Uint8Array {
  return extensions.get(id)?.value ?? new Uint8Array()
}
