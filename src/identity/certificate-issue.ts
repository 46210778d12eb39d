import type { Extension } from '@peculiar/x509'
import { type PrivateKey, type PublicKey, SIGNATURE_BYTES } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { concatBytes, toHex, utf8 } from '../encoding/bytes.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { parseCertificate } from './certificate-parse.ts'
import {
  AUTHORITY_NAME,
  GENERATION_MAX,
  keyIdentifier,
  OID,
  SERIAL_BYTES
} from './certificate-profile.ts'
import { parseDer, TAG } from './der.ts'
import { parseName } from './name.ts'
import type { NetworkId } from './network-id.ts'
import { nodeIdOf } from './node-id.ts'
import { networkUri, nodeUri } from './node-uri.ts'

export interface AuthorityCertificateRequest {
  readonly authority: PrivateKey
  readonly network: NetworkId
  /** Rounded down to whole seconds, as is `notAfter`. */
  readonly notBefore: UnixMillis
  readonly notAfter: UnixMillis
  readonly random: Random
  /** Of a node: which certificate of its key this is, from 1 on. */
  readonly generation?: number
}

export interface CertificateRequest extends AuthorityCertificateRequest {
  readonly member: string
  readonly node: string
  readonly publicKey: PublicKey
  /** A name, for example `invite`. */
  readonly method: string
  /** 0 to `LIMITS.assuranceMax`. */
  readonly assurance: number
}

/**
 * Issues a node certificate in the profile of docs/protocol/certificate.md, as DER. Nothing leaves
 * this function that `parseCertificate` refuses. Throws `INVALID_ARGUMENT`.
 */
export async function issueCertificate(request: CertificateRequest): Promise<Uint8Array> {
  requireFields(request)
  const { authority, publicKey } = request
  const x509 = await loadX509()
  const uri = nodeUri(request)
  const der = await sign(x509, request, {
    commonName: nodeIdOf(publicKey),
    publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        x509.ExtendedKeyUsage.serverAuth,
        x509.ExtendedKeyUsage.clientAuth
      ]),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: uri }]),
      new x509.AuthorityKeyIdentifierExtension(toHex(keyIdentifier(authority.publicKey))),
      new x509.SubjectKeyIdentifierExtension(toHex(keyIdentifier(publicKey))),
      new x509.Extension(OID.enrollment.dotted, false, enrollmentValue(request))
    ]
  })
  const parsed = parseCertificate(der)
  if (!parsed.ok)
    throw new Error(`issued a certificate that is ${parsed.fault} (${parsed.detail?.['part']})`)
  return der
}

/**
 * Issues the self-signed certificate of an authority, as DER: for `openssl verify` and other X.509
 * software. Nodes take authority keys from the trust log, never from it.
 */
export async function issueAuthorityCertificate(
  request: AuthorityCertificateRequest
): Promise<Uint8Array> {
  const { authority, network } = request
  const x509 = await loadX509()
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags
  return await sign(x509, request, {
    commonName: AUTHORITY_NAME,
    publicKey: authority.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'url', value: networkUri(network) }]),
      new x509.AuthorityKeyIdentifierExtension(toHex(keyIdentifier(authority.publicKey))),
      new x509.SubjectKeyIdentifierExtension(toHex(keyIdentifier(authority.publicKey)))
    ]
  })
}

type X509 = typeof import('@peculiar/x509')

/** Takes about 100 ms: only who issues pays it, and only once it does. */
async function loadX509(): Promise<X509> {
  await import('reflect-metadata')
  return await import('@peculiar/x509')
}

interface Body {
  readonly commonName: string
  readonly publicKey: PublicKey
  readonly extensions: Extension[]
}

async function sign(
  x509: X509,
  request: AuthorityCertificateRequest,
  { commonName, publicKey, extensions }: Body
): Promise<Uint8Array> {
  const { authority, network, notBefore, notAfter } = request
  const unsigned = await x509.X509CertificateGenerator.create({
    serialNumber: toHex(createSerial(request.random, request.generation ?? 0)),
    issuer: distinguishedName(x509, network, AUTHORITY_NAME),
    subject: distinguishedName(x509, network, commonName),
    notBefore: wholeSeconds(notBefore),
    notAfter: wholeSeconds(notAfter),
    publicKey: publicKey.spki,
    extensions,
    signingAlgorithm: { name: 'Ed25519' },
    signature: new Uint8Array(SIGNATURE_BYTES)
  })
  // The library would need the key as an exportable CryptoKey. Signing its to-be-signed bytes here
  // keeps the key in one class; the signature is the last field and has a fixed length.
  const der = new Uint8Array(unsigned.rawData)
  const tbs = parseDer(der)?.children[0]
  if (tbs === undefined) throw new Error('the certificate library did not produce DER')
  der.set(authority.sign(tbs.bytes), der.length - SIGNATURE_BYTES)
  return der
}

function distinguishedName(x509: X509, network: NetworkId, commonName: string) {
  return new x509.Name([
    { [OID.organization.dotted]: [{ utf8String: network }] },
    { [OID.commonName.dotted]: [{ utf8String: commonName }] }
  ])
}

function enrollmentValue({ method, assurance }: CertificateRequest): Uint8Array {
  const text = utf8(method)
  const content = concatBytes([
    Uint8Array.of(TAG.utf8String, text.length),
    text,
    Uint8Array.of(TAG.integer, 1, assurance)
  ])
  return concatBytes([Uint8Array.of(TAG.sequence, content.length), content])
}

function requireFields({ member, node, method, assurance, ...period }: CertificateRequest): void {
  for (const [argument, name] of Object.entries({ member, node, method })) {
    if (!parseName(name).ok) throw new PeerageError('INVALID_ARGUMENT', { argument })
  }
  if (!Number.isInteger(assurance) || assurance < 0 || assurance > LIMITS.assuranceMax) {
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'assurance' })
  }
  if (period.notBefore > period.notAfter) {
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'notAfter' })
  }
}

/** The bits 01, so that it is positive and always 16 bytes long; 30 bits count; 96 are random. */
function createSerial(random: Random, generation: number): Uint8Array {
  if (generation > GENERATION_MAX) throw new RangeError('no generation is left')
  const serial = Uint8Array.from(random.bytes(SERIAL_BYTES))
  new DataView(serial.buffer).setUint32(0, 0x4000_0000 + generation)
  return serial
}

function wholeSeconds(time: UnixMillis): Date {
  return new Date(Math.floor(time / 1000) * 1000)
}
