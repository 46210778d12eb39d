import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey, PublicKey } from '../../../src/crypto/ed25519.ts'
import { SignatureMemory } from '../../../src/crypto/signature-memory.ts'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const key = PrivateKey.generate(seededRandom('memory'))

/** A key that counts how often it verifies. */
class CountingKey extends PublicKey {
  verified = 0

  override verify(message: Uint8Array, signature: Uint8Array): boolean {
    this.verified++
    return super.verify(message, signature)
  }
}

function signed(text: string): { message: Uint8Array; signature: Uint8Array } {
  const message = utf8(text)
  return { message, signature: key.sign(message) }
}

describe('the memory of verified signatures', () => {
  test('verifies the same signature once', () => {
    const counting = new CountingKey(key.publicKey.bytes)
    const memory = new SignatureMemory(10)
    const { message, signature } = signed('a')
    for (let i = 0; i < 3; i++) assert.ok(memory.verify(counting, message, signature))
    assert.equal(counting.verified, 1)
  })

  test('takes nothing for good that is another message, signature or key', () => {
    const memory = new SignatureMemory(10)
    const { message, signature } = signed('a')
    assert.ok(memory.verify(key.publicKey, message, signature))
    const flipped = signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte))
    const other = PrivateKey.generate(seededRandom('other')).publicKey
    assert.ok(!memory.verify(key.publicKey, utf8('b'), signature))
    assert.ok(!memory.verify(key.publicKey, message, flipped))
    assert.ok(!memory.verify(other, message, signature))
  })

  test('never remembers a bad one', () => {
    const counting = new CountingKey(key.publicKey.bytes)
    const memory = new SignatureMemory(10)
    for (let i = 0; i < 3; i++) assert.ok(!memory.verify(counting, utf8('a'), new Uint8Array(64)))
    assert.equal(counting.verified, 3)
  })

  test('forgets the oldest beyond its bound', () => {
    const counting = new CountingKey(key.publicKey.bytes)
    const memory = new SignatureMemory(2)
    const all = ['a', 'b', 'c'].map(signed)
    const verify = (i: number) => {
      const { message, signature } = all[i] ?? assert.fail()
      assert.ok(memory.verify(counting, message, signature))
    }
    for (const i of [0, 1, 2]) verify(i)
    assert.equal(counting.verified, 3)
    verify(2)
    assert.equal(counting.verified, 3)
    verify(0)
    assert.equal(counting.verified, 4)
  })
})
