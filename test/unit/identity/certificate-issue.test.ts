import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { toHex } from '../../../src/encoding/bytes.ts'
import { PeerageError } from '../../../src/errors.ts'
import { parseCertificate, verifyCertificate } from '../../../src/identity/certificate.ts'
import {
  type CertificateRequest,
  issueAuthorityCertificate,
  issueCertificate
} from '../../../src/identity/certificate-issue.ts'
import {
  GENERATION_MAX,
  generationOf,
  keyIdentifier,
  OID
} from '../../../src/identity/certificate-profile.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { CASE } from '../../support/certificate-cases.ts'
import { assemble, leafParts, name, tlv } from '../../support/raw-certificate.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const request: CertificateRequest = {
  authority: CASE.authority,
  network: CASE.network,
  member: 'alice',
  node: 'laptop',
  publicKey: CASE.node.publicKey,
  notBefore: CASE.now - 300_000,
  notAfter: CASE.now + LIMITS.certificateLifetimeMs,
  method: 'invite',
  assurance: 1,
  random: seededRandom('issue')
}
const leaf = await issueCertificate(request)
const authority = await issueAuthorityCertificate({
  ...request,
  notAfter: CASE.now + LIMITS.authorityCertificateLifetimeMs
})

describe('an issued certificate', () => {
  test('[SR-ID-1] verifies and says what was asked for', () => {
    const verdict = verifyCertificate(leaf, {
      network: CASE.network,
      authorityKeys: [CASE.authority.publicKey],
      key: CASE.node.publicKey,
      now: CASE.now,
      exclusionOf: () => undefined
    })
    assert.ok(verdict.ok)
    const { member, node, nodeId, notBefore, notAfter, method, assurance } = verdict.value
    assert.deepEqual(
      { member, node, nodeId, notBefore, notAfter, method, assurance },
      {
        member: 'alice',
        node: 'laptop',
        nodeId: nodeIdOf(CASE.node.publicKey),
        notBefore: request.notBefore,
        notAfter: request.notAfter,
        method: 'invite',
        assurance: 1
      }
    )
  })

  test('is byte for byte the one that a second implementation writes', () => {
    const parsed = parseCertificate(leaf)
    assert.ok(parsed.ok)
    const serial = Uint8Array.from(Buffer.from(parsed.value.serial, 'hex'))
    assert.equal(toHex(leaf), toHex(assemble(leafParts({ ...CASE.init, serial }))))
  })

  test('[SR-ID-4] has a fresh positive serial of 16 bytes each time, which counts the certificates of its key', async () => {
    const zeros = { bytes: (length: number) => new Uint8Array(length) }
    const ones = { bytes: (length: number) => new Uint8Array(length).fill(0xff) }
    const serials = []
    for (const random of [zeros, ones, request.random, request.random]) {
      const parsed = parseCertificate(await issueCertificate({ ...request, random }))
      assert.ok(parsed.ok)
      serials.push(parsed.value.serial)
    }
    assert.equal(serials[0], `40${'00'.repeat(15)}`)
    assert.equal(serials[1], `40000000${'ff'.repeat(12)}`)
    assert.equal(new Set(serials).size, serials.length)
    for (const generation of [1, 300, GENERATION_MAX]) {
      const parsed = parseCertificate(await issueCertificate({ ...request, generation }))
      assert.ok(parsed.ok)
      assert.equal(generationOf(parsed.value.serial), generation)
    }
    await assert.rejects(issueCertificate({ ...request, generation: GENERATION_MAX + 1 }))
  })

  test('rounds its period down to whole seconds', async () => {
    const parsed = parseCertificate(
      await issueCertificate({
        ...request,
        notBefore: 1_800_000_000_999,
        notAfter: 2_000_000_000_001
      })
    )
    assert.ok(parsed.ok)
    assert.deepEqual(
      [parsed.value.notBefore, parsed.value.notAfter],
      [1_800_000_000_000, 2_000_000_000_000]
    )
  })

  test('may end after 2049, in GeneralizedTime', async () => {
    const notAfter = Date.UTC(2050, 0, 1)
    const parsed = parseCertificate(await issueCertificate({ ...request, notAfter }))
    assert.ok(parsed.ok)
    assert.equal(parsed.value.notAfter, notAfter)
  })

  test('leaves room for the longest names within the size limit', async () => {
    const long = 'n'.repeat(LIMITS.nameLengthMax)
    const der = await issueCertificate({ ...request, member: long, node: long, method: long })
    assert.ok(der.length < LIMITS.certificateBytesMax)
  })

  const wrong: [string, Partial<CertificateRequest>][] = [
    ['member', { member: 'Alice' }],
    ['node', { node: 'a/b' }],
    ['method', { method: '' }],
    ['assurance', { assurance: LIMITS.assuranceMax + 1 }],
    ['assurance', { assurance: -1 }],
    ['assurance', { assurance: 0.5 }],
    ['notAfter', { notAfter: request.notBefore - 1 }]
  ]
  for (const [argument, changes] of wrong) {
    test(`is not issued for a wrong ${argument}: ${JSON.stringify(changes)} is INVALID_ARGUMENT`, async () => {
      await assert.rejects(issueCertificate({ ...request, ...changes }), (error) => {
        assert.ok(error instanceof PeerageError)
        assert.deepEqual([error.code, error.details], ['INVALID_ARGUMENT', { argument }])
        return true
      })
    })
  }
})

describe('the certificate of an authority', () => {
  test('[SR-ID-5] is refused as leaf with CERTIFICATE_IS_AUTHORITY', () => {
    assert.deepEqual(parseCertificate(authority), { ok: false, fault: 'CERTIFICATE_IS_AUTHORITY' })
  })
})

describe('openssl, the witness from outside', () => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-openssl-'))
  after(() => rmSync(directory, { recursive: true, force: true }))

  function save(file: string, der: Uint8Array): string {
    const path = join(directory, file)
    const base64 = Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n')
    writeFileSync(path, `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`)
    return path
  }

  function openssl(...args: string[]): string {
    return execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' })
  }

  const caFile = save('authority.pem', authority)
  const leafFile = save('leaf.pem', leaf)
  const at = ['-attime', String(CASE.now / 1000)]

  for (const purpose of ['sslserver', 'sslclient']) {
    test(`[SR-ID-1] verifies a leaf strictly for the purpose ${purpose}`, () => {
      const args = [
        'verify',
        '-x509_strict',
        ...at,
        '-CAfile',
        caFile,
        '-purpose',
        purpose,
        leafFile
      ]
      assert.match(openssl(...args), /leaf\.pem: OK/)
    })
  }

  test('[SR-ID-5] does not take a leaf for an authority', () => {
    const { publicKey } = PrivateKey.generate(seededRandom('below a leaf'))
    const parts = leafParts({ ...CASE.init, authority: CASE.node, publicKey })
    const issuer = name(CASE.network, nodeIdOf(CASE.node.publicKey))
    const below = save('below.pem', assemble({ ...parts, issuer }))
    const args = ['verify', ...at, '-partial_chain', '-CAfile', leafFile, below]
    assert.throws(() => openssl(...args), /invalid CA certificate/)
  })

  test('[SR-ID-5] does not verify a leaf with one changed bit', () => {
    const changed = Uint8Array.from(leaf)
    changed[30] = (changed[30] ?? 0) ^ 1
    const args = ['verify', ...at, '-CAfile', caFile, save('changed.pem', changed)]
    assert.throws(() => openssl(...args), /certificate signature failure/)
  })

  test('shows the fields of a leaf', () => {
    const text = openssl('x509', '-in', leafFile, '-noout', '-text', '-nameopt', 'RFC2253')
    const parsed = parseCertificate(leaf)
    assert.ok(parsed.ok)
    const uri = `peerage://${CASE.network}/alice/laptop`
    for (const line of [
      /Version: 3/,
      /Signature Algorithm: ED25519/i,
      new RegExp(`Issuer: CN=authority,O=${CASE.network}`),
      new RegExp(`Subject: CN=${parsed.value.nodeId},O=${CASE.network}`),
      /Not Before: Jun {2}1 11:55:00 2026 GMT/,
      /Not After : Jul {2}1 12:00:00 2026 GMT/,
      /Basic Constraints: critical\s+CA:FALSE/,
      /Key Usage: critical\s+Digital Signature\n/,
      /Extended Key Usage: \s+TLS Web Server Authentication, TLS Web Client Authentication\n/,
      new RegExp(`Alternative Name: \\s+URI:${uri}\n`),
      new RegExp(`${OID.enrollment.dotted.replaceAll('.', '\\.')}:`)
    ]) {
      assert.match(text, line)
    }
    const shown = text.replaceAll(/[:\s]/g, '').toLowerCase()
    assert.ok(shown.includes(`serialnumber${parsed.value.serial}`))
    assert.ok(
      shown.includes(`authoritykeyidentifier${toHex(keyIdentifier(CASE.authority.publicKey))}`)
    )
    assert.ok(shown.includes(`subjectkeyidentifier${toHex(keyIdentifier(CASE.node.publicKey))}`))
  })

  test('shows the fields of the certificate of an authority, which signs itself', () => {
    const text = openssl('x509', '-in', caFile, '-noout', '-text', '-nameopt', 'RFC2253')
    for (const line of [
      /Basic Constraints: critical\s+CA:TRUE, pathlen:0\n/,
      /Key Usage: critical\s+Certificate Sign, CRL Sign\n/,
      new RegExp(`Issuer: CN=authority,O=${CASE.network}`),
      new RegExp(`Subject: CN=authority,O=${CASE.network}`),
      new RegExp(`Alternative Name: \\s+URI:peerage://${CASE.network}\n`)
    ]) {
      assert.match(text, line)
    }
    assert.match(openssl('verify', '-x509_strict', ...at, '-CAfile', caFile, caFile), /OK/)
  })

  test('reads the enrollment as a sequence of a UTF8String and an integer', () => {
    const text = openssl('asn1parse', '-in', leafFile)
    const expected = tlv(0x30, tlv(0x0c, Buffer.from('invite')), tlv(0x02, Uint8Array.of(1)))
    assert.ok(text.includes(`[HEX DUMP]:${toHex(expected).toUpperCase()}`))
  })
})

test('the certificate library is loaded by issuing alone, not at the start of a node', () => {
  const room = join(import.meta.dirname, '../../../src/identity')
  const files = globSync('*.ts', { cwd: room })
  const wrong = files.filter((file) =>
    /^import (?!type ).*'(@peculiar\/|reflect-metadata)/m.test(
      readFileSync(join(room, file), 'utf8')
    )
  )
  assert.ok(files.includes('certificate-issue.ts'))
  assert.deepEqual(wrong, [])
})

test('the key of an authority that issues stays usable for nothing but signing', () => {
  assert.equal(
    JSON.stringify({ key: PrivateKey.generate(request.random) }),
    '{"key":"[private key]"}'
  )
})
