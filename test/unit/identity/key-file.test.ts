import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { utf8 } from '../../../src/encoding/bytes.ts'
import type { Verdict } from '../../../src/encoding/verdict.ts'
import { PeerageError } from '../../../src/errors.ts'
import { encodeKeyFile, type KeyExpectation, openKeyFile } from '../../../src/identity/key-file.ts'
import { LIMITS } from '../../../src/limits.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const random = seededRandom('key file')
const key = PrivateKey.generate(random)
const other = PrivateKey.generate(random)
const PASSPHRASE = utf8('correct horse battery staple')
const plain = await encodeKeyFile(key, { use: 'node', random })
const locked = await encodeKeyFile(key, { use: 'node', passphrase: PASSPHRASE, random })

const NODE: KeyExpectation = { use: 'node' }

function asking(passphrase: Uint8Array | undefined): KeyExpectation & { asked: number } {
  const expected = {
    ...NODE,
    asked: 0,
    passphrase: async () => {
      expected.asked++
      return passphrase
    }
  }
  return expected
}

function faultOf(verdict: Verdict<PrivateKey>): string {
  return verdict.ok ? 'opened' : verdict.fault
}

/** The text with one member changed and the checksum left as it is. */
function edit(text: string, changes: Record<string, unknown>): string {
  return `${JSON.stringify({ ...JSON.parse(text), ...changes }, null, 2)}\n`
}

describe('[SR-ID-2] a key file', () => {
  test('without a passphrase opens by itself', async () => {
    const opened = await openKeyFile(plain, NODE)
    assert.ok(opened.ok)
    assert.deepEqual(opened.value.exportSeed(), key.exportSeed())
  })

  test('with a passphrase opens with it', async () => {
    const opened = await openKeyFile(locked, asking(PASSPHRASE))
    assert.ok(opened.ok)
    assert.deepEqual(opened.value.exportSeed(), key.exportSeed())
  })

  test('says what it is and whose key it holds', () => {
    const { format, use, publicKey, protection } = JSON.parse(locked)
    assert.deepEqual(
      { format, use, publicKey, protection },
      {
        format: 'peerage-key/1',
        use: 'node',
        publicKey: Buffer.from(key.publicKey.bytes).toString('base64url'),
        protection: 'passphrase'
      }
    )
  })

  test('with a passphrase shows nothing of the secret', () => {
    assert.ok(!locked.includes(Buffer.from(key.exportSeed()).toString('base64url')))
    assert.ok(!locked.includes('seed'))
  })

  test('never has the same salt and nonce twice', async () => {
    const again = await encodeKeyFile(key, { use: 'node', passphrase: PASSPHRASE, random })
    const [a, b] = [JSON.parse(locked), JSON.parse(again)]
    assert.notEqual(a.salt, b.salt)
    assert.notEqual(a.nonce, b.nonce)
  })

  test('stays below its size limit', () => {
    assert.ok(locked.length < LIMITS.keyFileBytesMax)
  })

  test('without anybody to ask is PASSPHRASE_REQUIRED', async () => {
    assert.equal(faultOf(await openKeyFile(locked, NODE)), 'PASSPHRASE_REQUIRED')
    assert.equal(faultOf(await openKeyFile(locked, asking(undefined))), 'PASSPHRASE_REQUIRED')
  })

  test('with a wrong, an empty or an endless passphrase is PASSPHRASE_WRONG', async () => {
    const endless = new Uint8Array(LIMITS.passphraseBytesMax + 1)
    for (const wrong of [utf8('correct horse battery stapler'), utf8(''), endless]) {
      assert.equal(faultOf(await openKeyFile(locked, asking(wrong))), 'PASSPHRASE_WRONG')
    }
  })

  test('for another use or another key is KEY_FILE_MISMATCH, before anybody is asked', async () => {
    const authority = { ...asking(PASSPHRASE), use: 'authority' as const }
    assert.equal(faultOf(await openKeyFile(locked, authority)), 'KEY_FILE_MISMATCH')
    const foreign = { ...asking(PASSPHRASE), publicKey: other.publicKey }
    assert.equal(faultOf(await openKeyFile(locked, foreign)), 'KEY_FILE_MISMATCH')
    assert.ok((await openKeyFile(plain, { ...NODE, publicKey: key.publicKey })).ok)
  })

  test('cut at any offset is KEY_FILE_DAMAGED, before anybody is asked', async () => {
    const expected = asking(PASSPHRASE)
    for (const text of [plain, locked]) {
      for (let length = 0; length < text.length; length++) {
        assert.equal(
          faultOf(await openKeyFile(text.slice(0, length), expected)),
          'KEY_FILE_DAMAGED'
        )
      }
    }
    assert.equal(expected.asked, 0)
  })

  test('with any bit of any character flipped is KEY_FILE_DAMAGED', async () => {
    const expected = asking(PASSPHRASE)
    for (const text of [plain, locked]) {
      for (let bit = 0; bit < text.length * 8; bit++) {
        const code = text.charCodeAt(bit >> 3) ^ (1 << (bit & 7))
        const changed =
          text.slice(0, bit >> 3) + String.fromCharCode(code) + text.slice((bit >> 3) + 1)
        assert.equal(faultOf(await openKeyFile(changed, expected)), 'KEY_FILE_DAMAGED')
      }
    }
    assert.equal(expected.asked, 0)
  })

  const otherPublicKey = Buffer.from(other.publicKey.bytes).toString('base64url')
  const damaged: [string, string][] = [
    ['no JSON', 'peerage'],
    ['JSON that is no object', '[]\n'],
    ['text behind it', `${plain} `],
    ['other white space', JSON.stringify(JSON.parse(plain))],
    ['a repeated member', plain.replace('"use"', '"use": "node",\n  "use"')],
    ['an unknown member', edit(plain, { more: 1 })],
    ['a missing member', edit(plain, { seed: undefined })],
    ['a newer format', edit(plain, { format: 'peerage-key/2' })],
    ['an unknown use', edit(plain, { use: 'root' })],
    ['an unknown protection', edit(plain, { protection: 'none' })],
    ['a padded value', edit(plain, { seed: `${JSON.parse(plain).seed}=` })],
    ['a short value', edit(plain, { seed: 'AAAA' })],
    ['another public key', edit(plain, { publicKey: otherPublicKey })],
    ['more than the size limit', `${plain}${' '.repeat(LIMITS.keyFileBytesMax)}`]
  ]
  for (const [what, text] of damaged) {
    test(`with ${what} is KEY_FILE_DAMAGED`, async () => {
      assert.equal(faultOf(await openKeyFile(text, NODE)), 'KEY_FILE_DAMAGED')
    })
  }

  test('whose seed makes another key is KEY_FILE_DAMAGED, checksum or not', async () => {
    const { createHash } = await import('node:crypto')
    const file = { ...JSON.parse(plain), publicKey: otherPublicKey }
    delete file.checksum
    const checksum = createHash('sha256').update(Object.values(file).join('\n')).digest('base64url')
    const text = edit(JSON.stringify(file), { checksum })
    assert.equal(faultOf(await openKeyFile(text, NODE)), 'KEY_FILE_DAMAGED')
  })

  test('is not written under an empty or endless passphrase: INVALID_ARGUMENT', async () => {
    for (const passphrase of [utf8(''), new Uint8Array(LIMITS.passphraseBytesMax + 1)]) {
      await assert.rejects(
        encodeKeyFile(key, { use: 'node', passphrase, random }),
        (error) => error instanceof PeerageError && error.code === 'INVALID_ARGUMENT'
      )
    }
  })
})
