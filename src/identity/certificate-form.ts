import { PUBLIC_KEY_BYTES, PublicKey, SIGNATURE_BYTES } from '../crypto/ed25519.ts'
import { equalBytes, toHex } from '../encoding/bytes.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import type { UnixMillis } from '../time/clock.ts'
import { SERIAL_BYTES } from './certificate-profile.ts'
import { parseCertificateTime } from './certificate-time.ts'
import { type Der, parseDer, sequence, TAG } from './der.ts'

/** SEQUENCE { OID id-Ed25519 }, without parameters (RFC 8410 §3). */
const ED25519 = '300506032b6570'
const VERSION_3 = 'a003020102'
const TAG_EXTENSIONS = 0xa3

/** One extension of the list (RFC 5280 §4.2). */
export interface Extension {
  readonly critical: boolean
  readonly value: Uint8Array
}

/** By the hex of the DER content of their OID. */
export type Extensions = ReadonlyMap<string, Extension>

/** A version 3 Ed25519 certificate of any kind, names and extensions not yet judged. */
export interface Form {
  readonly signedBytes: Uint8Array
  readonly signature: Uint8Array
  readonly serial: string
  readonly issuer: Der
  readonly subject: Der
  readonly notBefore: UnixMillis
  readonly notAfter: UnixMillis
  readonly publicKey: PublicKey
  readonly extensions: Extensions
}

/** Certificate and TBSCertificate (RFC 5280 §4.1), fields present and in order, nothing optional. */
export function readForm(der: Uint8Array): Verdict<Form, 'CERTIFICATE_MALFORMED'> {
  const [tbs, algorithm, signatureBits, ...rest] = sequence(parseDer(der)) ?? []
  if (!tbs || !algorithm || !signatureBits || rest.length > 0) return malformed('certificate')
  if (toHex(algorithm.bytes) !== ED25519) return malformed('signatureAlgorithm')
  const signature = wholeBytes(signatureBits, SIGNATURE_BYTES)
  if (signature === undefined) return malformed('signatureValue')
  const fields = sequence(tbs) ?? []
  const [version, serial, inner, issuer, validity, subject, spki, extensions] = fields
  if (!version || !serial || !inner || !issuer || !validity || !subject || !spki || !extensions) {
    return malformed('tbsCertificate')
  }
  if (fields.length > 8) return malformed('tbsCertificate')
  if (toHex(version.bytes) !== VERSION_3) return malformed('version')
  if (!isSerial(serial)) return malformed('serialNumber')
  if (toHex(inner.bytes) !== ED25519) return malformed('signature')
  const period = readValidity(validity)
  if (period === undefined) return malformed('validity')
  const publicKey = readPublicKey(spki)
  if (publicKey === undefined) return malformed('subjectPublicKeyInfo')
  const read = readExtensions(extensions)
  if (read === undefined) return malformed('extensions')
  return accept({
    signedBytes: tbs.bytes,
    signature,
    serial: toHex(serial.content),
    issuer,
    subject,
    ...period,
    publicKey,
    extensions: read
  })
}

/** The bytes of a BIT STRING that has `length` whole ones. */
export function wholeBytes(element: Der, length: number): Uint8Array | undefined {
  const { tag, content } = element
  if (tag !== TAG.bitString || content[0] !== 0 || content.length !== length + 1) return undefined
  return content.subarray(1)
}

/** Sixteen bytes of a positive number, so that a serial has one spelling as 32 hex digits. */
function isSerial({ tag, content }: Der): boolean {
  const first = content[0] ?? 0
  return tag === TAG.integer && content.length === SERIAL_BYTES && first > 0 && first < 0x80
}

function readValidity(validity: Der): Pick<Form, 'notBefore' | 'notAfter'> | undefined {
  const [start, end, ...rest] = sequence(validity) ?? []
  if (!start || !end || rest.length > 0) return undefined
  const notBefore = parseCertificateTime(start)
  const notAfter = parseCertificateTime(end)
  if (notBefore === undefined || notAfter === undefined || notBefore > notAfter) return undefined
  return { notBefore, notAfter }
}

/** An Ed25519 key in its one spelling (RFC 8410 §4). */
export function readPublicKey(spki: Der): PublicKey | undefined {
  if (spki.bytes.length <= PUBLIC_KEY_BYTES) return undefined
  const key = new PublicKey(spki.bytes.slice(-PUBLIC_KEY_BYTES))
  return equalBytes(key.spki, spki.bytes) ? key : undefined
}

/** Extensions (RFC 5280 §4.2) by the hex of their OID; a repeated one makes the list malformed. */
function readExtensions(explicit: Der): Extensions | undefined {
  const [list, ...rest] = explicit.tag === TAG_EXTENSIONS ? explicit.children : []
  const items = sequence(list)
  if (items === undefined || rest.length > 0) return undefined
  const extensions = new Map<string, Extension>()
  for (const item of items) {
    const fields = sequence(item) ?? []
    const [id, flag] = fields
    const value = fields.at(-1)
    // DER leaves out the default: the flag is absent or TRUE, never an explicit FALSE.
    const critical = fields.length === 3 && flag?.tag === TAG.boolean && flag.content[0] === 0xff
    if (!critical && fields.length !== 2) return undefined
    if (id?.tag !== TAG.oid || value?.tag !== TAG.octetString) return undefined
    if (extensions.has(toHex(id.content))) return undefined
    extensions.set(toHex(id.content), { critical, value: value.content })
  }
  return extensions
}

export function malformed(part: string): Refused<'CERTIFICATE_MALFORMED'> {
  return refuse('CERTIFICATE_MALFORMED', { part })
}
