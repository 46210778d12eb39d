import { PrivateKey, PublicKey } from '../../src/crypto/ed25519.ts'
import { concatBytes, utf8 } from '../../src/encoding/bytes.ts'
import type { ErrorCode } from '../../src/errors.ts'
import { keyIdentifier, OID } from '../../src/identity/certificate-profile.ts'
import { networkIdOf } from '../../src/identity/network-id.ts'
import { nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import {
  altName,
  assemble,
  attribute,
  type CertificateParts,
  ED25519,
  enrollment,
  extension,
  hex,
  type LeafInit,
  leafExtensions,
  leafParts,
  NONE,
  name,
  SEQUENCE,
  text,
  tlv,
  uri,
  utcTime
} from './raw-certificate.ts'
import { seededRandom } from './seeded-random.ts'

/** One world for every case: what differs is only the certificate. */
const random = seededRandom('certificate')
const authority = PrivateKey.generate(random)
const impostor = PrivateKey.generate(random)
const node = PrivateKey.generate(random)
const other = PrivateKey.generate(random)
const network = networkIdOf(random.bytes(32))
const foreign = networkIdOf(random.bytes(32))
const NOW = Date.UTC(2026, 5, 1, 12)
const DAY = 86_400_000

const init: LeafInit = {
  authority,
  network,
  member: 'alice',
  node: 'laptop',
  publicKey: node.publicKey,
  serial: serial(1),
  notBefore: NOW - 300_000,
  notAfter: NOW + 30 * DAY
}
const parts = leafParts(init)
const ext = leafExtensions(init, node.publicKey, authority.publicKey)
const good = assemble(parts)
const revokedSerial = serial(2)

export const CASE = { authority, network, node, now: NOW, init, revokedSerial, good } as const

export interface CertificateCase {
  readonly title: string
  readonly der: Uint8Array
  readonly fault: ErrorCode
}

function serial(number: number): Uint8Array {
  return Uint8Array.from({ length: 16 }, (_, i) => (i === 0 ? 0x40 : i === 15 ? number : i))
}

function leaf(changes: Partial<LeafInit>): Uint8Array {
  return assemble(leafParts({ ...init, ...changes }))
}

function change(changes: Partial<CertificateParts>): Uint8Array {
  return assemble({ ...parts, ...changes })
}

type Extensions = Partial<Record<keyof typeof ext, Uint8Array>>

/** Exchanges, removes (`NONE`) or adds extensions. */
function withExtensions(changes: Extensions, ...more: readonly Uint8Array[]): Uint8Array {
  return change({ extensions: [...Object.values({ ...ext, ...changes }), ...more] })
}

function named(path: string): Uint8Array {
  return withExtensions({ subjectAltName: altName(uri(path)) })
}

function flip(at: number): Uint8Array {
  const der = Uint8Array.from(good)
  der[at] = (der[at] ?? 0) ^ 1
  return der
}

function validity(start: Uint8Array, end: Uint8Array): Uint8Array {
  return change({ validity: tlv(SEQUENCE, start, end) })
}

const cases = (fault: ErrorCode, list: Record<string, Uint8Array>): CertificateCase[] =>
  Object.entries(list).map(([title, der]) => ({ title, der, fault }))

const LATER = utcTime(NOW + DAY)
const ED448 = tlv(SEQUENCE, hex('06032b6571'))
const RSA = hex('300d06092a864886f70d01010b0500')
const spkiWith = (oid: string, behind: Uint8Array = NONE) =>
  tlv(
    SEQUENCE,
    tlv(SEQUENCE, tlv(0x06, hex(oid)), behind),
    tlv(3, Uint8Array.of(0), node.publicKey.bytes)
  )
const constraints = (value: string, critical = true) =>
  extension(OID.basicConstraints.hex, critical, hex(value))
const usage = (value: string, critical = true) => extension(OID.keyUsage.hex, critical, hex(value))
const purposes = (value: string, critical = false) =>
  extension(OID.extKeyUsage.hex, critical, hex(value))
const INVITE = text(0x0c, 'invite')
const ONE = hex('020101')
const path = `${network}/alice/laptop`
const organization = attribute(OID.organization.hex, text(0x0c, network))
const commonName = attribute(OID.commonName.hex, text(0x0c, nodeIdOf(node.publicKey)))

const form = cases('CERTIFICATE_MALFORMED', {
  'nothing at all': NONE,
  'a byte behind the certificate': concatBytes([good, Uint8Array.of(0)]),
  'the last byte missing': good.slice(0, -1),
  'an indefinite length': concatBytes([hex('3080'), good.subarray(4), hex('0000')]),
  'a length in more bytes than needed': concatBytes([hex('308300'), good.subarray(2)]),
  'a long length where a short one fits': change({
    issuer: concatBytes([hex('3081'), parts.issuer.subarray(1)])
  }),
  'a tag in two bytes': concatBytes([hex('3f10'), good.subarray(1)]),
  'a fourth element beside the signature': tlv(SEQUENCE, good.subarray(4), hex('020100')),
  'no version': change({ version: NONE }),
  'version 2': change({ version: hex('a003020101') }),
  'a serial of 15 bytes': change({ serial: tlv(2, init.serial.subarray(1)) }),
  'a serial of 17 bytes': change({ serial: tlv(2, Uint8Array.of(1), init.serial) }),
  'a negative serial': change({ serial: tlv(2, Uint8Array.of(0x80), init.serial.subarray(1)) }),
  'a padded serial': change({ serial: tlv(2, Uint8Array.of(0), init.serial.subarray(1)) }),
  'an RSA signature algorithm inside': change({ innerAlgorithm: RSA }),
  'an RSA signature algorithm outside': change({ outerAlgorithm: RSA }),
  'an Ed448 signature algorithm inside': change({ innerAlgorithm: ED448 }),
  'an Ed448 signature algorithm outside': change({ outerAlgorithm: ED448 }),
  'Ed25519 with parameters': change({
    outerAlgorithm: tlv(SEQUENCE, ED25519.subarray(2), hex('0500'))
  }),
  'a signature with unused bits': flip(good.length - 65),
  'a unique identifier behind the extensions': change({ behind: hex('82020001') }),
  'a PrintableString as name': change({ issuer: name(network, 'authority', 0x13) })
})

const time = cases('CERTIFICATE_MALFORMED', {
  'an end before the start': validity(LATER, utcTime(NOW)),
  'a time without seconds': validity(text(0x17, '2606011200Z'), LATER),
  'a time with an offset': validity(text(0x17, '260601120000+0000'), LATER),
  'a time with a fraction': validity(text(0x18, '20500601120000.5Z'), LATER),
  'a GeneralizedTime before 2050': validity(text(0x18, '20260601120000Z'), LATER),
  'a day that does not exist': validity(text(0x17, '260230120000Z'), LATER),
  'an hour that does not exist': validity(text(0x17, '260601240000Z'), LATER),
  'three times': change({ validity: tlv(SEQUENCE, utcTime(NOW), LATER, LATER) })
})

const key = cases('CERTIFICATE_MALFORMED', {
  'an X25519 key': change({ spki: spkiWith('2b656e') }),
  'a key algorithm with parameters': change({ spki: spkiWith('2b6570', hex('0500')) }),
  'a key of 31 bytes': change({
    spki: tlv(SEQUENCE, ED25519, tlv(3, Uint8Array.of(0), node.publicKey.bytes.subarray(1)))
  })
})

const extensions = cases('CERTIFICATE_MALFORMED', {
  'the same extension twice': withExtensions({}, ext.subjectAltName),
  'an unknown extension that is not critical': withExtensions(
    {},
    extension('551d20', false, hex('3000'))
  ),
  'an explicit FALSE as critical flag': withExtensions({
    extKeyUsage: tlv(
      SEQUENCE,
      hex('0603551d25010100'),
      tlv(4, hex('301406082b0601050507030106082b06010505070302'))
    )
  }),
  'basic constraints that are not critical': withExtensions({
    basicConstraints: constraints('3000', false)
  }),
  'a key usage that is not critical': withExtensions({ keyUsage: usage('03020780', false) }),
  'an extended key usage that is critical': withExtensions({
    extKeyUsage: purposes('301406082b0601050507030106082b06010505070302', true)
  }),
  'no authority key identifier': withExtensions({ authorityKeyId: NONE }),
  'an authority key identifier with a serial': withExtensions({
    authorityKeyId: extension(
      OID.authorityKeyId.hex,
      false,
      tlv(SEQUENCE, tlv(0x80, keyIdentifier(authority.publicKey)), hex('820101'))
    )
  }),
  'no subject key identifier': withExtensions({ subjectKeyId: NONE }),
  'the subject key identifier of another key': withExtensions({
    subjectKeyId: extension(OID.subjectKeyId.hex, false, tlv(4, keyIdentifier(other.publicKey)))
  }),
  'no enrollment': withExtensions({ enrollment: NONE }),
  'an enrollment method that is no name': withExtensions({
    enrollment: enrollment(text(0x0c, 'In Vite'), ONE)
  }),
  'a negative assurance': withExtensions({ enrollment: enrollment(INVITE, hex('0201ff')) }),
  'an assurance of two bytes': withExtensions({ enrollment: enrollment(INVITE, hex('02020101')) }),
  'a third field in the enrollment': withExtensions({ enrollment: enrollment(INVITE, ONE, ONE) }),
  'bytes behind the value of an extension': withExtensions({
    subjectKeyId: extension(
      OID.subjectKeyId.hex,
      false,
      concatBytes([tlv(4, keyIdentifier(node.publicKey)), Uint8Array.of(0)])
    )
  })
})

const names = cases('CERTIFICATE_NAME_INVALID', {
  'no name': withExtensions({ subjectAltName: NONE }),
  'an empty list of names': withExtensions({ subjectAltName: altName() }),
  'two names': withExtensions({
    subjectAltName: altName(uri(`peerage://${path}`), uri(`peerage://${network}/bob/laptop`))
  }),
  'a DNS name beside the URI': withExtensions({
    subjectAltName: altName(uri(`peerage://${path}`), text(0x82, 'laptop.example'))
  }),
  'a DNS name instead of the URI': withExtensions({
    subjectAltName: altName(text(0x82, 'laptop.example'))
  }),
  'another scheme': named(`spiffe://${path}`),
  'a scheme in capitals': named(`PEERAGE://${path}`),
  'a port': named(`peerage://${network}:1/alice/laptop`),
  'a user': named(`peerage://root@${path}`),
  'a query': named(`peerage://${path}?a=b`),
  'a fragment': named(`peerage://${path}#a`),
  'percent-encoding': named(`peerage://${network}/%61lice/laptop`),
  'a slash at the end': named(`peerage://${path}/`),
  'a path of one segment': named(`peerage://${network}/alice`),
  'a path of three segments': named(`peerage://${path}/disk`),
  'an empty segment': named(`peerage://${network}//laptop`),
  'a dot segment': named(`peerage://${network}/../laptop`),
  'a capital letter': named(`peerage://${network}/Alice/laptop`),
  'a name of 64 characters': named(`peerage://${network}/${'a'.repeat(64)}/laptop`),
  'a network that is no hash': named('peerage://example/alice/laptop'),
  'a zero byte in the name': named(`peerage://${network}/alice/laptop\0`),
  'a URI that is no UTF-8': withExtensions({
    subjectAltName: altName(tlv(0x86, utf8(`peerage://${path}`), Uint8Array.of(0xff)))
  }),
  'an issuer of another network': change({ issuer: name(foreign, 'authority') }),
  'an issuer of another name': change({ issuer: name(network, 'alice') }),
  'a subject of another network': change({ subject: name(foreign, nodeIdOf(node.publicKey)) }),
  'a subject that is no node id': change({ subject: name(network, 'laptop') }),
  'a subject in reverse order': change({
    subject: tlv(SEQUENCE, tlv(0x31, commonName), tlv(0x31, organization))
  }),
  'a subject with both names in one set': change({
    subject: tlv(SEQUENCE, tlv(0x31, commonName, organization))
  }),
  'a subject with a third name': change({
    subject: tlv(SEQUENCE, tlv(0x31, organization), tlv(0x31, commonName), tlv(0x31, commonName))
  })
})

const usages = cases('CERTIFICATE_USAGE_INVALID', {
  'no basic constraints': withExtensions({ basicConstraints: NONE }),
  'a spelled-out CA:false': withExtensions({ basicConstraints: constraints('3003010100') }),
  'no key usage': withExtensions({ keyUsage: NONE }),
  'the right to sign certificates': withExtensions({ keyUsage: usage('03020284') }),
  'key encipherment as well': withExtensions({ keyUsage: usage('030205a0') }),
  'no extended key usage': withExtensions({ extKeyUsage: NONE }),
  'server usage only': withExtensions({ extKeyUsage: purposes('300a06082b06010505070301') }),
  'client usage only': withExtensions({ extKeyUsage: purposes('300a06082b06010505070302') }),
  'any usage': withExtensions({ extKeyUsage: purposes('30060604551d2500') })
})

const authorities = cases('CERTIFICATE_IS_AUTHORITY', {
  'a leaf that says CA:true': withExtensions({ basicConstraints: constraints('30030101ff') }),
  'a leaf that says CA:true with a path length': withExtensions({
    basicConstraints: constraints('30060101ff020100')
  }),
  'the certificate of the authority': change({
    subject: name(network, 'authority'),
    spki: authority.publicKey.spki,
    extensions: [
      constraints('30060101ff020100'),
      usage('03020106'),
      altName(uri(`peerage://${network}`))
    ]
  })
})

const forged = {
  ...leafParts({ ...init, authority: impostor }),
  extensions: Object.values(ext)
}

const trust = [
  ...cases('CERTIFICATE_TOO_LARGE', {
    'one byte above the limit': concatBytes([
      good,
      new Uint8Array(LIMITS.certificateBytesMax + 1 - good.length)
    ])
  }),
  ...cases('CERTIFICATE_EXTENSION_UNKNOWN', {
    'an unknown critical extension': withExtensions({}, extension('551d1e', true, hex('3000'))),
    'an unknown critical extension behind an unknown one': withExtensions(
      {},
      extension('551d20', false, hex('3000')),
      extension('551d1e', true, hex('3000'))
    )
  }),
  ...cases('CERTIFICATE_WRONG_NETWORK', { 'another network': leaf({ network: foreign }) }),
  ...cases('CERTIFICATE_KEY_MISMATCH', {
    'a subject of another key': change({ subject: name(network, nodeIdOf(other.publicKey)) }),
    'a certificate for another key than the connection': leaf({ publicKey: other.publicKey }),
    'a key that is no point of the curve': leaf({
      publicKey: new PublicKey(new Uint8Array(32).fill(0xff))
    })
  }),
  ...cases('CERTIFICATE_WRONG_ISSUER', {
    'a key that is no authority': leaf({ authority: impostor }),
    'the name of the authority with the signature of another key': assemble(forged),
    'a changed bit in the signature': flip(good.length - 1),
    'a changed bit in the serial': flip(15 + 15)
  }),
  ...cases('CERTIFICATE_EXPIRED', {
    'an end before now and the tolerance': leaf({
      notBefore: NOW - 30 * DAY,
      notAfter: NOW - LIMITS.clockSkewMs - 1000
    })
  }),
  ...cases('CERTIFICATE_NOT_YET_VALID', {
    'a start after now and the tolerance': leaf({ notBefore: NOW + LIMITS.clockSkewMs + 1000 })
  }),
  ...cases('CERTIFICATE_REVOKED', { 'a revoked serial': leaf({ serial: revokedSerial }) })
]

/** Everything that must be refused, each for its own reason. */
export const INVALID_CERTIFICATES: readonly CertificateCase[] = [
  ...form,
  ...time,
  ...key,
  ...extensions,
  ...authorities,
  ...names,
  ...usages,
  ...trust
]

/** Everything at the edge that must still be accepted. */
export const VALID_CERTIFICATES: readonly Omit<CertificateCase, 'fault'>[] = [
  { title: 'a certificate of 30 days', der: good },
  {
    title: 'an end just within the tolerance',
    der: leaf({ notBefore: NOW - 30 * DAY, notAfter: NOW - LIMITS.clockSkewMs })
  },
  {
    title: 'a start just within the tolerance',
    der: leaf({ notBefore: NOW + LIMITS.clockSkewMs })
  },
  {
    title: 'the longest names',
    der: leaf({ member: 'a'.repeat(63), node: `${'0-'.repeat(31)}0` })
  },
  {
    title: 'extensions in another order',
    der: change({ extensions: Object.values(ext).reverse() })
  },
  {
    title: 'an end in the year 2050 as GeneralizedTime',
    der: validity(utcTime(NOW), text(0x18, '20500101000000Z'))
  },
  {
    title: 'the highest assurance',
    der: withExtensions({ enrollment: enrollment(text(0x0c, 'oidc'), hex('02017f')) })
  }
]
