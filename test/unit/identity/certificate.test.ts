import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sha256 } from '../../../src/crypto/digest.ts'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { toHex } from '../../../src/encoding/bytes.ts'
import {
  authorityFingerprint,
  type Certificate,
  type CertificateExpectation,
  judgeCertificate,
  parseCertificate,
  verifyCertificate
} from '../../../src/identity/certificate.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { CASE, INVALID_CERTIFICATES, VALID_CERTIFICATES } from '../../support/certificate-cases.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const expected: CertificateExpectation = {
  network: CASE.network,
  authorityKeys: [CASE.authority.publicKey],
  key: CASE.node.publicKey,
  now: CASE.now,
  exclusionOf: ({ serial }) =>
    serial === toHex(CASE.revokedSerial) ? { code: 'CERTIFICATE_REVOKED' } : undefined
}

function verified(changes: Partial<CertificateExpectation> = {}) {
  const verdict = verifyCertificate(CASE.good, { ...expected, ...changes })
  assert.ok(verdict.ok, verdict.ok ? '' : verdict.fault)
  return verdict.value
}

describe('a node certificate', () => {
  test('[SR-ID-1] binds network, member, node, key, validity, usages, serial and issuer', () => {
    const { bytes, ...fields } = verified()
    assert.deepEqual(bytes, CASE.good)
    assert.deepEqual(fields, {
      serial: '4001020304050607' + '08090a0b0c0d0e01',
      network: CASE.network,
      member: 'alice',
      node: 'laptop',
      nodeId: nodeIdOf(CASE.node.publicKey),
      publicKey: CASE.node.publicKey,
      notBefore: CASE.now - 300_000,
      notAfter: CASE.now + 30 * 86_400_000,
      method: 'invite',
      assurance: 1,
      issuer: CASE.authority.publicKey
    })
  })

  for (const { title, der } of VALID_CERTIFICATES) {
    test(`[SR-ID-5] is accepted with ${title}`, () => {
      const verdict = verifyCertificate(der, expected)
      assert.ok(verdict.ok, JSON.stringify(verdict))
    })
  }

  for (const { title, der, fault } of INVALID_CERTIFICATES) {
    test(`[SR-ID-5] is refused with ${fault}: ${title}`, () => {
      const verdict = verifyCertificate(der, expected)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, fault)
    })
  }

  test('[SR-AUTHN-1] tells how its node was enrolled and how strong that proof was', () => {
    const highest = VALID_CERTIFICATES.find(({ title }) => title === 'the highest assurance')
    const parsed = parseCertificate(highest?.der ?? new Uint8Array())
    assert.deepEqual(parsed.ok && [parsed.value.method, parsed.value.assurance], ['oidc', 127])
  })

  test('no fact of a refusal was chosen by the peer', () => {
    for (const { der } of INVALID_CERTIFICATES) {
      const verdict = verifyCertificate(der, expected)
      assert.ok(!verdict.ok)
      assert.match(
        JSON.stringify(verdict.detail ?? {}),
        /^\{("[a-zA-Z]+":("[a-zA-Z0-9]+"|\d+),?)*\}$/
      )
    }
  })
})

describe('the order of faults', () => {
  const foreignKey = PrivateKey.generate(seededRandom('order')).publicKey
  const everythingWrong = {
    ...expected,
    key: foreignKey,
    authorityKeys: [],
    now: CASE.now + 365 * 86_400_000,
    exclusionOf: () => ({ code: 'CERTIFICATE_REVOKED' as const })
  }
  const order: [string, Partial<CertificateExpectation>][] = [
    ['CERTIFICATE_KEY_MISMATCH', {}],
    ['CERTIFICATE_WRONG_ISSUER', { key: CASE.node.publicKey }],
    ['CERTIFICATE_EXPIRED', { authorityKeys: [CASE.authority.publicKey] }],
    ['CERTIFICATE_REVOKED', { now: CASE.now }]
  ]
  let changes: Partial<CertificateExpectation> = {}
  for (const [fault, mended] of order) {
    changes = { ...changes, ...mended }
    const expectation = { ...everythingWrong, ...changes }
    test(`${fault} comes before what is checked later`, () => {
      const verdict = verifyCertificate(CASE.good, expectation)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, fault)
    })
  }
})

describe('revocation', () => {
  const seen: Certificate[] = []
  const by = (question: (certificate: Certificate) => boolean) =>
    verifyCertificate(CASE.good, {
      ...expected,
      exclusionOf: (certificate) => {
        seen.push(certificate)
        return question(certificate) ? { code: 'CERTIFICATE_REVOKED' } : undefined
      }
    })

  test('[SR-ID-1] by serial, node id or member is CERTIFICATE_REVOKED', () => {
    const questions: ((certificate: Certificate) => boolean)[] = [
      ({ serial }) => serial === '4001020304050607' + '08090a0b0c0d0e01',
      ({ nodeId }) => nodeId === nodeIdOf(CASE.node.publicKey),
      ({ member }) => member === 'alice'
    ]
    for (const question of questions) {
      const verdict = by(question)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'CERTIFICATE_REVOKED')
    }
  })

  test('is asked once, for the certificate whose signature was verified', () => {
    seen.length = 0
    assert.ok(by(() => false).ok)
    assert.equal(seen.length, 1)
  })
})

describe('a verified certificate that is judged again', () => {
  const certificate = verified()

  test('stays accepted while nothing changes', () => {
    assert.deepEqual(judgeCertificate(certificate, expected), { ok: true, value: certificate })
  })

  test('[SR-ID-4] lasts through the clock tolerance, and one millisecond more is CERTIFICATE_EXPIRED', () => {
    const last = certificate.notAfter + LIMITS.clockSkewMs
    assert.ok(judgeCertificate(certificate, { ...expected, now: last }).ok)
    const late = judgeCertificate(certificate, { ...expected, now: last + 1 })
    assert.equal(late.ok ? 'accepted' : late.fault, 'CERTIFICATE_EXPIRED')
  })

  test('is CERTIFICATE_NOT_YET_VALID after the clock was set back before its start', () => {
    const first = certificate.notBefore - LIMITS.clockSkewMs
    assert.ok(judgeCertificate(certificate, { ...expected, now: first }).ok)
    const early = judgeCertificate(certificate, { ...expected, now: first - 1 })
    assert.equal(early.ok ? 'accepted' : early.fault, 'CERTIFICATE_NOT_YET_VALID')
  })

  test('is CERTIFICATE_REVOKED once it is', () => {
    const verdict = judgeCertificate(certificate, {
      ...expected,
      exclusionOf: () => ({ code: 'CERTIFICATE_REVOKED' as const })
    })
    assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'CERTIFICATE_REVOKED')
  })

  test('is CERTIFICATE_WRONG_ISSUER once its issuer is entitled no more', () => {
    const verdict = judgeCertificate(certificate, { ...expected, authorityKeys: [] })
    assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'CERTIFICATE_WRONG_ISSUER')
  })

  test('any of several authority keys may have issued it', () => {
    const another = PrivateKey.generate(seededRandom('another authority')).publicKey
    const authorityKeys = [another, CASE.authority.publicKey]
    assert.equal(verified({ authorityKeys }).issuer, CASE.authority.publicKey)
  })
})

test('[SR-ID-3] the fingerprint of an authority is SHA-256 over its SubjectPublicKeyInfo', () => {
  const { publicKey } = CASE.authority
  assert.equal(authorityFingerprint(publicKey), `sha256:${toHex(sha256(publicKey.spki))}`)
})
