import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, test } from 'node:test'
import { PrivateKey, PublicKey } from '../../../src/crypto/ed25519.ts'
import { systemRandom } from '../../../src/crypto/random.ts'
import {
  HPKE,
  openSecret,
  sealSecret,
  x25519PrivateKey,
  x25519PublicKey
} from '../../../src/crypto/sealing.ts'
import { toHex, utf8 } from '../../../src/encoding/bytes.ts'
import { sampleKey } from '../../support/sample-record.ts'

/** RFC 9180 A.2.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, base mode. */
const RFC = {
  info: '4f6465206f6e2061204772656369616e2055726e',
  pkRm: '4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a',
  skRm: '8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb',
  enc: '1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a',
  pt: '4265617574792069732074727574682c20747275746820626561757479',
  encryptions: [
    [
      '436f756e742d30',
      '1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28'
    ],
    [
      '436f756e742d31',
      '6b53c051e4199c518de79594e1c4ab18b96f081549d45ce015be002090bb119e85285337cc95ba5f59992dc98c'
    ],
    [
      '436f756e742d32',
      '71146bd6795ccc9c49ce25dda112a48f202ad220559502cef1f34271e0cb4b02b4f10ecac6f48c32f878fae86b'
    ]
  ]
} as const

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))
const context = { info: utf8('what it is'), aad: utf8('for whom') }

describe('secrets sealed to node keys', () => {
  test('[SR-CONF-2] the suite opens the test vectors of RFC 9180 A.2.1', async () => {
    const publicKey = await HPKE.DeserializePublicKey(hex(RFC.pkRm))
    const privateKey = await HPKE.DeserializePrivateKey(hex(RFC.skRm))
    const recipient = await HPKE.SetupRecipient({ privateKey, publicKey }, hex(RFC.enc), {
      info: hex(RFC.info)
    })
    for (const [aad, ct] of RFC.encryptions) {
      assert.equal(toHex(await recipient.Open(hex(ct), hex(aad))), RFC.pt)
    }
  })

  test('the two halves of a node key belong together on the Montgomery curve', () => {
    for (let i = 0; i < 64; i++) {
      const key = PrivateKey.generate(systemRandom)
      const der = Buffer.concat([hex('302e020100300506032b656e04220420'), x25519PrivateKey(key)])
      const jwk = createPublicKey(
        createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
      ).export({ format: 'jwk' })
      assert.equal(
        toHex(x25519PublicKey(key.publicKey)),
        Buffer.from(jwk.x ?? '', 'base64url').toString('hex')
      )
    }
  })

  test('[SR-CONF-2] opens with the key, what it is and for whom; with nothing else', async () => {
    const secret = systemRandom.bytes(32)
    const key = sampleKey(1)
    const sealed = await sealSecret(key.publicKey, secret, context)
    assert.ok(sealed !== undefined)
    assert.deepEqual(await openSecret(key, sealed, context), secret)
    assert.equal(await openSecret(sampleKey(2), sealed, context), undefined)
    assert.equal(await openSecret(key, sealed, { ...context, info: utf8('other') }), undefined)
    assert.equal(await openSecret(key, sealed, { ...context, aad: utf8('other') }), undefined)
    const short = { ...sealed, encapsulated: sealed.encapsulated.subarray(1) }
    assert.equal(await openSecret(key, short, context), undefined)
    const zero = { ...sealed, encapsulated: new Uint8Array(32) }
    assert.equal(await openSecret(key, zero, context), undefined)
  })

  test('two seals of one secret have nothing in common', async () => {
    const { publicKey } = sampleKey(1)
    const [a, b] = await Promise.all(
      [1, 2].map(() => sealSecret(publicKey, new Uint8Array(32), context))
    )
    assert.notDeepEqual(a, b)
  })

  test('nothing is sealed to a key of small order, whose secret everybody knows', async () => {
    const points = [
      `01${'00'.repeat(31)}`,
      `ec${'ff'.repeat(30)}7f`,
      '00'.repeat(32),
      `${'00'.repeat(31)}80`,
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
      'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
    ]
    for (const point of points) {
      const sealed = await sealSecret(new PublicKey(hex(point)), new Uint8Array(32), context)
      assert.equal(sealed, undefined, point)
    }
  })
})
