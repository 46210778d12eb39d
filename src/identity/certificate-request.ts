import { type PrivateKey, type PublicKey, SIGNATURE_BYTES } from '../crypto/ed25519.ts'
import { equalBytes, fromUtf8, utf8 } from '../encoding/bytes.ts'
import { accept, type Refused, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import { readPublicKey, wholeBytes } from './certificate-form.ts'
import { OID } from './certificate-profile.ts'
import { type Der, parseDer, sequence, TAG } from './der.ts'
import {
  DER_ED25519,
  der,
  derExtension,
  derInteger,
  derName,
  derOid,
  derSigned
} from './der-write.ts'
import { nodeIdOf } from './node-id.ts'
import { type NodeName, nodeUri, parseNodeUri } from './node-uri.ts'

const EXTENSION_REQUEST = '2a864886f70d01090e'
const TAG_ATTRIBUTES = 0xa0
const TAG_URI = 0x86

/** What a node asks the authority for; whether it gets that is the authority's decision. */
export interface CertificateRequest extends NodeName {
  /** The key that has signed the request. */
  readonly publicKey: PublicKey
}

/** A certification request (PKCS#10, RFC 2986), as DER, by which a node asks for a certificate. */
export function createCertificateRequest(name: NodeName, key: PrivateKey): Uint8Array {
  return derSigned(requestInfo({ ...name, publicKey: key.publicKey }), key)
}

/**
 * Reads a request in the one form that {@link createCertificateRequest} writes; its signature
 * proves that whoever asks holds the key.
 *
 * Faults: `CSR_MALFORMED`, `SIGNATURE_INVALID`.
 */
export function openCertificateRequest(
  bytes: Uint8Array
): Verdict<CertificateRequest, 'CSR_MALFORMED' | 'SIGNATURE_INVALID'> {
  const bytesMax = LIMITS.certificateBytesMax
  if (bytes.length > bytesMax) return malformed('length')
  const [info, algorithm, bits, ...rest] = sequence(parseDer(bytes)) ?? []
  if (!info || !algorithm || !bits || rest.length > 0) return malformed('request')
  const spki = info.children[2]
  const publicKey = spki === undefined ? undefined : readPublicKey(spki)
  if (publicKey === undefined) return malformed('subjectPublicKeyInfo')
  const name = parseNodeUri(fromUtf8(uriIn(info)) ?? '')
  if (!name.ok) return malformed('subjectAltName')
  const request = { ...name.value, publicKey }
  // Of what was read there is exactly one spelling.
  if (!equalBytes(info.bytes, requestInfo(request))) return malformed('certificationRequestInfo')
  const signature = wholeBytes(bits, SIGNATURE_BYTES)
  if (signature === undefined) return malformed('signature')
  if (!equalBytes(algorithm.bytes, DER_ED25519)) return malformed('signatureAlgorithm')
  return publicKey.verify(info.bytes, signature) ? accept(request) : refuse('SIGNATURE_INVALID')
}

function requestInfo({ publicKey, ...name }: CertificateRequest): Uint8Array {
  const names = der(TAG.sequence, der(TAG_URI, utf8(nodeUri(name))))
  const extensions = der(TAG.sequence, derExtension(OID.subjectAltName.hex, names))
  return der(
    TAG.sequence,
    derInteger(Uint8Array.of(0)),
    derName(name.network, nodeIdOf(publicKey)),
    publicKey.spki,
    der(TAG_ATTRIBUTES, der(TAG.sequence, derOid(EXTENSION_REQUEST), der(TAG.set, extensions)))
  )
}

/** The bytes where the form has the URI; the caller compares the form. */
function uriIn(info: Der): Uint8Array {
  const extensions = info.children[3]?.children[0]?.children[1]?.children[0]
  const value = extensions?.children[0]?.children[1]?.content
  return parseDer(value ?? new Uint8Array())?.children[0]?.content ?? new Uint8Array()
}

function malformed(part: string): Refused<'CSR_MALFORMED'> {
  return refuse('CSR_MALFORMED', { part })
}
