import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { parseName } from '../../../src/identity/name.ts'
import { networkIdOf, networkIdSchema, parseNetworkId } from '../../../src/identity/network-id.ts'
import { nodeIdOf, nodeIdSchema, parseNodeId, publicKeyOf } from '../../../src/identity/node-id.ts'
import { seededRandom } from '../../support/seeded-random.ts'

describe('[SR-ID-5] a name', () => {
  for (const name of ['a', '0', 'alice', 'a-b', 'a--b', '0a9', 'a'.repeat(63)]) {
    test(`may be ${name.slice(0, 16)}`, () => {
      assert.deepEqual(parseName(name), { ok: true, value: name })
    })
  }

  const wrong = [
    ...['', '-', '-a', 'a-', 'A', 'ä', 'a_b', 'a.b', 'a b', 'a/b', 'a\n', 'a\0', '%61'],
    'a'.repeat(64)
  ]
  for (const name of wrong) {
    test(`is INVALID_ARGUMENT as ${JSON.stringify(name.slice(0, 16))}`, () => {
      const verdict = parseName(name)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'INVALID_ARGUMENT')
    })
  }
})

describe('[SR-ID-1] a node id', () => {
  const { publicKey } = PrivateKey.generate(seededRandom('node id'))
  const id = nodeIdOf(publicKey)

  test('is derived from the public key of the node, which is read back from it', () => {
    assert.match(id, /^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/)
    assert.deepEqual(parseNodeId(id), { ok: true, value: id })
    assert.ok(publicKeyOf(id).equals(publicKey))
    assert.ok(nodeIdSchema.safeParse(id).success)
  })

  const wrong = [
    '',
    id.slice(0, -1),
    `${id}1`,
    `${id.slice(0, -1)}0`,
    id.toUpperCase(),
    'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N',
    `1${id.slice(0, -1)}`,
    'z'.repeat(52),
    'bafzaajaiaejcal72gwuz2or47oyxxn6b3rkwdmmkrxgplxsqbmdnl2gzs3rqcjh'
  ]
  for (const text of wrong) {
    test(`is INVALID_ARGUMENT as ${JSON.stringify(text)}`, () => {
      const verdict = parseNodeId(text)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'INVALID_ARGUMENT')
      assert.ok(!nodeIdSchema.safeParse(text).success)
    })
  }
})

describe('a network id', () => {
  const id = networkIdOf(new Uint8Array(32).fill(1))

  test('is the base32 of 32 bytes', () => {
    assert.equal(id.length, 52)
    assert.deepEqual(parseNetworkId(id), { ok: true, value: id })
    assert.ok(networkIdSchema.safeParse(id).success)
    assert.throws(() => networkIdOf(new Uint8Array(31)), RangeError)
  })

  for (const text of [
    '',
    id.slice(1),
    `${id}a`,
    id.toUpperCase(),
    `${id.slice(0, -1)}b`,
    '1'.repeat(52)
  ]) {
    test(`is INVALID_ARGUMENT as ${JSON.stringify(text)}`, () => {
      const verdict = parseNetworkId(text)
      assert.equal(verdict.ok ? 'accepted' : verdict.fault, 'INVALID_ARGUMENT')
      assert.ok(!networkIdSchema.safeParse(text).success)
    })
  }
})
