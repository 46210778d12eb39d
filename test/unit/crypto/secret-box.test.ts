import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ARGON2, lockSecret, unlockSecret } from '../../../src/crypto/secret-box.ts'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const random = seededRandom('secret box')
const secret = utf8('thirty-two bytes of secret value')
const passphrase = utf8('passphrase')
const context = utf8('context')
const box = await lockSecret(secret, passphrase, context, random)

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

describe('[SR-ID-2] a secret box', () => {
  test('opens with its passphrase and context', async () => {
    assert.deepEqual(await unlockSecret(box, passphrase, context), secret)
  })

  test('holds salt, nonce and the secret with a tag of 16 bytes', () => {
    const { salt, nonce, ciphertext } = box
    assert.deepEqual([salt.length, nonce.length, ciphertext.length], [16, 12, secret.length + 16])
    assert.ok(!Buffer.from(ciphertext).includes(secret))
  })

  test('costs what RFC 9106 §4 recommends', () => {
    assert.deepEqual(ARGON2, { memoryKiB: 65_536, passes: 3, parallelism: 4 })
  })

  test('stays closed with another passphrase, context, salt, nonce, ciphertext or tag', async () => {
    const wrong = [
      unlockSecret(box, utf8('Passphrase'), context),
      unlockSecret(box, passphrase, utf8('other')),
      unlockSecret({ ...box, salt: flipped(box.salt, 0) }, passphrase, context),
      unlockSecret({ ...box, nonce: flipped(box.nonce, 0) }, passphrase, context),
      unlockSecret({ ...box, ciphertext: flipped(box.ciphertext, 0) }, passphrase, context),
      unlockSecret(
        { ...box, ciphertext: flipped(box.ciphertext, box.ciphertext.length - 1) },
        passphrase,
        context
      ),
      unlockSecret({ ...box, ciphertext: box.ciphertext.subarray(1) }, passphrase, context),
      unlockSecret({ ...box, ciphertext: new Uint8Array(15) }, passphrase, context)
    ]
    for (const opening of wrong) assert.equal(await opening, undefined)
  })
})
