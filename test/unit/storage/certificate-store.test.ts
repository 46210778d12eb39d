import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { PeerageError } from '../../../src/errors.ts'
import { type Certificate, parseCertificate } from '../../../src/identity/certificate.ts'
import { issueCertificate } from '../../../src/identity/certificate-issue.ts'
import { networkIdOf } from '../../../src/identity/network-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { createCertificateStore, recordIssued } from '../../../src/storage/certificate-store.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const random = seededRandom('certificate store')
const authority = PrivateKey.generate(random)
const NOW = Date.UTC(2026, 0, 1)

async function issue(publicKey = PrivateKey.generate(random).publicKey): Promise<Certificate> {
  const parsed = parseCertificate(
    await issueCertificate({
      authority,
      network: networkIdOf(new Uint8Array(32)),
      member: 'bob',
      node: 'laptop',
      publicKey,
      notBefore: NOW,
      notAfter: NOW + LIMITS.certificateLifetimeMs,
      method: 'invite',
      assurance: 1,
      random
    })
  )
  assert.ok(parsed.ok)
  return parsed.value
}

describe('the store of issued certificates', () => {
  test('returns a certificate as it was signed', async () => {
    const store = createCertificateStore(openDatabase(':memory:'))
    const certificate = await issue()
    store.save(certificate, NOW)
    assert.deepEqual(store.load(certificate.serial), {
      serial: certificate.serial,
      nodeId: certificate.nodeId,
      issuedAt: NOW,
      notAfter: certificate.notAfter,
      bytes: certificate.bytes
    })
    assert.equal(store.load('00'), undefined)
  })

  test('finds the newest certificate of a node', async () => {
    const store = createCertificateStore(openDatabase(':memory:'))
    const first = await issue()
    const second = await issue(first.publicKey)
    store.save(first, NOW)
    store.save(await issue(), NOW)
    assert.equal(store.newest(first.nodeId)?.serial, first.serial)
    store.save(second, NOW + 1)
    assert.equal(store.newest(first.nodeId)?.serial, second.serial)
  })

  test('holds a certificate before its issuer returns it', async () => {
    const store = createCertificateStore(openDatabase(':memory:'))
    const certificate = await issue()
    const record = recordIssued(async () => certificate.bytes, store, { now: () => NOW })
    assert.equal(await record(undefined), certificate.bytes)
    assert.equal(store.load(certificate.serial)?.issuedAt, NOW)
  })

  test('keeps a certificate that could not be stored from being returned', async () => {
    const certificate = await issue()
    const save = () => {
      throw new PeerageError('STORAGE_FULL')
    }
    const record = recordIssued(async () => certificate.bytes, { save }, { now: () => NOW })
    await assert.rejects(record(undefined), { code: 'STORAGE_FULL' })
  })

  test('lists in pages, in the order of issuance', async () => {
    const store = createCertificateStore(openDatabase(':memory:'))
    const serials: string[] = []
    for (let i = 0; i < 3; i++) {
      const certificate = await issue()
      serials.push(certificate.serial)
      store.save(certificate, NOW)
    }
    const first = store.page(2)
    const second = store.page(2, first.next)
    const listed = [...first.certificates, ...second.certificates].map(({ serial }) => serial)
    assert.deepEqual(listed, serials)
    assert.equal(second.next, undefined)
  })
})
