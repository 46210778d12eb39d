import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { toHex } from '../../../src/encoding/bytes.ts'
import { parseDer } from '../../../src/identity/der.ts'
import { der, derInteger, derTime } from '../../../src/identity/der-write.ts'
import { networkIdOf } from '../../../src/identity/network-id.ts'
import { issueRevocationList } from '../../../src/identity/revocation-list.ts'
import { seededRandom } from '../../support/seeded-random.ts'

describe('DER that is written', () => {
  test('has the shortest length, and integers the shortest positive form', () => {
    assert.equal(toHex(der(0x04, new Uint8Array(127))).slice(0, 4), '047f')
    assert.equal(toHex(der(0x04, new Uint8Array(128))).slice(0, 6), '048180')
    assert.equal(toHex(der(0x04, new Uint8Array(256))).slice(0, 8), '04820100')
    assert.equal(toHex(derInteger(Uint8Array.of(0, 0))), '020100')
    assert.equal(toHex(derInteger(Uint8Array.of(0, 0x80))), '02020080')
    assert.equal(toHex(derInteger(Uint8Array.of(0, 0x7f))), '02017f')
  })

  test('has two-digit years up to 2049 and four-digit years from 2050 on', () => {
    const text = (time: number) => Buffer.from(derTime(time)).subarray(2).toString()
    assert.equal(text(Date.UTC(2049, 11, 31, 23, 59, 59, 999)), '491231235959Z')
    assert.equal(text(Date.UTC(2050, 0, 1)), '20500101000000Z')
  })
})

describe('a revocation list', () => {
  const authority = PrivateKey.generate(seededRandom('crl'))
  const list = (serials: readonly string[]) =>
    issueRevocationList({
      ...{ authority, network: networkIdOf(new Uint8Array(32).fill(7)) },
      thisUpdate: Date.UTC(2026, 0, 1),
      nextUpdate: Date.UTC(2026, 0, 8),
      revoked: serials.map((serial) => ({ serial, revokedAt: Date.UTC(2026, 0, 1) }))
    })

  test('is strict DER under the signature of the authority, and leaves an empty list out', () => {
    for (const [serials, fields] of [
      [[], 6],
      [['4f'.repeat(16)], 7]
    ] as const) {
      const [signed, , signature] = parseDer(list(serials))?.children ?? []
      assert.equal(signed?.children.length, fields)
      const bits = signature?.content.subarray(1) ?? new Uint8Array()
      assert.ok(authority.publicKey.verify(signed?.bytes ?? new Uint8Array(), bits))
    }
  })

  test('lists thousands of certificates', () => {
    const serials = Array.from({ length: 5000 }, (_, i) => `40${i.toString(16).padStart(30, '0')}`)
    assert.ok(list(serials).length > 5000 * 30)
  })
})
