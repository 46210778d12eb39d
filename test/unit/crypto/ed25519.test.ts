import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { equalSecrets, sha256 } from '../../../src/crypto/digest.ts'
import { PrivateKey, PublicKey } from '../../../src/crypto/ed25519.ts'
import { fraction, systemRandom } from '../../../src/crypto/random.ts'
import { toHex, utf8 } from '../../../src/encoding/bytes.ts'
import { hex } from '../../support/raw-certificate.ts'
import { seededRandom } from '../../support/seeded-random.ts'

/** RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature. */
const VECTORS: readonly (readonly [string, string, string, string])[] = [
  [
    '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    '',
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b'
  ],
  [
    '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    '72',
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00'
  ],
  [
    'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    'af82',
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'
  ]
]

describe('an Ed25519 key', () => {
  test('[SR-ID-2] that was wiped neither signs nor shows its seed', () => {
    const key = PrivateKey.generate(seededRandom('wiped'))
    key.wipe()
    assert.throws(() => key.sign(utf8('x')), /wiped/)
    assert.throws(() => key.exportSeed(), /wiped/)
  })

  for (const [seed, publicKey, message, signature] of VECTORS) {
    test(`signs and verifies as RFC 8032 §7.1 says: ${seed.slice(0, 8)}`, () => {
      const key = PrivateKey.fromSeed(hex(seed))
      assert.equal(toHex(key.publicKey.bytes), publicKey)
      assert.equal(toHex(key.sign(hex(message))), signature)
      const known = new PublicKey(hex(publicKey))
      assert.ok(known.verify(hex(message), hex(signature)))
      assert.ok(!known.verify(hex(`${message}00`), hex(signature)))
    })
  }

  const key = PrivateKey.generate(seededRandom('ed25519'))
  const message = utf8('message')
  const signature = key.sign(message)

  test('[SR-INT-1] verifies nothing but the signed bytes under the signing key', () => {
    const other = PrivateKey.generate(seededRandom('other')).publicKey
    assert.ok(!other.verify(message, signature))
    for (let bit = 0; bit < 512; bit++) {
      const changed = Uint8Array.from(signature)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      assert.ok(!key.publicKey.verify(message, changed), `bit ${bit}`)
    }
  })

  test('refuses a signature of another length and the second form of a signature', () => {
    assert.ok(!key.publicKey.verify(message, signature.subarray(1)))
    assert.ok(!key.publicKey.verify(message, Uint8Array.from([...signature, 0])))
    assert.ok(!key.publicKey.verify(message, addGroupOrder(signature)))
  })

  test('verifies nothing with bytes that are no point of the curve', () => {
    const none = new PublicKey(new Uint8Array(32).fill(0xff))
    assert.ok(!none.verify(message, signature))
    assert.ok(!none.verify(message, new Uint8Array(64)))
  })

  test('has 32 bytes, public or secret', () => {
    for (const length of [0, 31, 33]) {
      assert.throws(() => new PublicKey(new Uint8Array(length)), RangeError)
      assert.throws(() => PrivateKey.fromSeed(new Uint8Array(length)), RangeError)
    }
  })

  test('is written as the SubjectPublicKeyInfo that OpenSSL writes', () => {
    const { bytes, spki } = key.publicKey
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') }
    const der = createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' })
    assert.equal(toHex(spki), toHex(der))
  })

  test('compares by its bytes', () => {
    assert.ok(key.publicKey.equals(new PublicKey(Uint8Array.from(key.publicKey.bytes))))
    assert.ok(!key.publicKey.equals(new PublicKey(new Uint8Array(32))))
  })

  test('[SR-ID-2] shows its secret neither as JSON nor to a log', () => {
    const secret = key.exportSeed()
    assert.equal(JSON.stringify({ key }), '{"key":"[private key]"}')
    assert.ok(
      !inspect(key, { depth: 10, showHidden: true }).includes(`${String(secret[0] ?? '?')},`)
    )
    secret.fill(0)
    assert.notDeepEqual(key.exportSeed(), secret)
  })
})

/** The same signature with s + L, which verifiers without the check of RFC 8032 §5.1.7 accept. */
function addGroupOrder(signature: Uint8Array): Uint8Array {
  const order = 2n ** 252n + 27742317777372353535851937790883648493n
  const little = [...signature.subarray(32)].reverse()
  let s = BigInt(`0x${toHex(Uint8Array.from(little))}`) + order
  const bytes = Uint8Array.from(signature)
  for (let i = 32; i < 64; i++) {
    bytes[i] = Number(s & 0xffn)
    s >>= 8n
  }
  return bytes
}

describe('digests and randomness', () => {
  test('SHA-256 runs over the concatenation of its parts', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
    assert.equal(toHex(sha256(utf8('abc'))), abc)
    assert.equal(toHex(sha256(utf8('a'), utf8(''), utf8('bc'))), abc)
  })

  test('secrets compare equal only with the same bytes and length', () => {
    assert.ok(equalSecrets(hex('0102'), hex('0102')))
    assert.ok(!equalSecrets(hex('0102'), hex('0103')))
    assert.ok(!equalSecrets(hex('0102'), hex('010200')))
  })

  test('a fraction lies in [0, 1)', () => {
    const of = (byte: number) => fraction({ bytes: (n) => new Uint8Array(n).fill(byte) })
    assert.equal(of(0), 0)
    assert.ok(of(0xff) < 1 && of(0xff) > 0.999)
    assert.equal(of(0x80), 0x80808080 / 2 ** 32)
  })

  test('the randomness of the machine differs from call to call', () => {
    assert.equal(systemRandom.bytes(16).length, 16)
    assert.notDeepEqual(systemRandom.bytes(16), systemRandom.bytes(16))
  })
})
