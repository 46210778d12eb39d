import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey, PublicKey } from '../../../src/crypto/ed25519.ts'
import {
  type CertificateExpectation,
  verifyCertificate
} from '../../../src/identity/certificate.ts'
import { CertificateMemory } from '../../../src/identity/certificate-memory.ts'
import { CASE, VALID_CERTIFICATES } from '../../support/certificate-cases.ts'
import { seededRandom } from '../../support/seeded-random.ts'

/** A key that counts how often it verifies. */
class CountingKey extends PublicKey {
  verified = 0

  override verify(message: Uint8Array, signature: Uint8Array): boolean {
    this.verified++
    return super.verify(message, signature)
  }
}

function setting(entriesMax = 10) {
  const authority = new CountingKey(CASE.authority.publicKey.bytes)
  const expected: CertificateExpectation = {
    network: CASE.network,
    authorityKeys: [authority],
    key: CASE.node.publicKey,
    now: CASE.now,
    exclusionOf: () => undefined,
    known: new CertificateMemory(entriesMax)
  }
  const judge = (der: Uint8Array, changes: Partial<CertificateExpectation> = {}) => {
    const verdict = verifyCertificate(der, { ...expected, ...changes })
    return verdict.ok ? 'accepted' : verdict.fault
  }
  return { authority, judge }
}

describe('the memory of certificates', () => {
  test('the same bytes are verified once', () => {
    const { authority, judge } = setting()
    for (let i = 0; i < 3; i++) assert.equal(judge(CASE.good), 'accepted')
    assert.equal(authority.verified, 1)
  })

  test('[SR-ADM-7] one that is known is judged anew: its key, network, issuer, time and revocation', () => {
    const { judge } = setting()
    assert.equal(judge(CASE.good), 'accepted')
    const other = PrivateKey.generate(seededRandom('other')).publicKey
    assert.equal(judge(CASE.good, { key: other }), 'CERTIFICATE_KEY_MISMATCH')
    assert.equal(judge(CASE.good, { authorityKeys: [other] }), 'CERTIFICATE_WRONG_ISSUER')
    assert.equal(judge(CASE.good, { authorityKeys: [] }), 'CERTIFICATE_WRONG_ISSUER')
    assert.equal(judge(CASE.good, { now: CASE.now + 1e12 }), 'CERTIFICATE_EXPIRED')
    const exclusionOf = () => ({ code: 'CERTIFICATE_REVOKED' }) as const
    assert.equal(judge(CASE.good, { exclusionOf }), 'CERTIFICATE_REVOKED')
    assert.equal(judge(CASE.good), 'accepted')
  })

  test('one with another signature is never taken for it, nor remembered', () => {
    const { authority, judge } = setting()
    assert.equal(judge(CASE.good), 'accepted')
    const forged = CASE.good.with(-1, (CASE.good.at(-1) ?? 0) ^ 1)
    for (let i = 0; i < 2; i++) assert.equal(judge(forged), 'CERTIFICATE_WRONG_ISSUER')
    assert.equal(authority.verified, 3)
  })

  test('what is remembered does not change with the bytes that were judged', () => {
    const { judge } = setting()
    const der = Uint8Array.from(CASE.good)
    assert.equal(judge(der), 'accepted')
    der.fill(0)
    assert.equal(judge(CASE.good), 'accepted')
    assert.equal(judge(der), 'CERTIFICATE_MALFORMED')
  })

  test('the oldest is forgotten beyond the bound', () => {
    const { authority, judge } = setting(1)
    const other = VALID_CERTIFICATES.find(({ der }) => !Buffer.from(der).equals(CASE.good))
    assert.ok(other !== undefined)
    for (const der of [CASE.good, other.der, CASE.good]) assert.equal(judge(der), 'accepted')
    assert.equal(authority.verified, 3)
    assert.equal(judge(CASE.good), 'accepted')
    assert.equal(authority.verified, 3)
  })
})
