import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  fromUtf8,
  parseText,
  toBase32,
  toBase58,
  toBase64url,
  toHex,
  utf8
} from '../../../src/encoding/bytes.ts'
import { decodeVarint, encodeVarint } from '../../../src/encoding/varint.ts'
import { hex } from '../../support/raw-certificate.ts'

describe('text of bytes', () => {
  const bytes = Uint8Array.of(0, 1, 0xfe, 0xff)

  test('has one spelling that is read back', () => {
    const spellings = [
      ['base16', toHex(bytes), '0001feff'],
      ['base32', toBase32(bytes), 'aaa757y'],
      ['base58btc', toBase58(bytes), '1ftS'],
      ['base64url', toBase64url(bytes), 'AAH-_w']
    ] as const
    for (const [encoding, text, expected] of spellings) {
      assert.equal(text, expected)
      assert.deepEqual(parseText(text, encoding), { ok: true, value: bytes })
    }
  })

  const misspelled = [
    ['base16', '0001FEFF', 'capitals'],
    ['base16', '0', 'half a byte'],
    ['base16', '0x00', 'a prefix'],
    ['base32', 'AAA757Y', 'capitals'],
    ['base32', 'aaa757y=', 'padding'],
    ['base32', 'aaa757z', 'stray bits'],
    ['base32', 'aaa1', 'a foreign character'],
    ['base58btc', '0', 'a foreign character'],
    ['base64url', 'AAH-_w==', 'padding'],
    ['base64url', 'AAH+/w', 'the other alphabet'],
    ['base64url', 'AAH-_x', 'stray bits'],
    ['base64url', 'AA H-_w', 'white space']
  ] as const
  for (const [encoding, text, why] of misspelled) {
    test(`is MESSAGE_MALFORMED as ${encoding} with ${why}`, () => {
      assert.deepEqual(parseText(text, encoding), {
        ok: false,
        fault: 'MESSAGE_MALFORMED',
        detail: { encoding }
      })
    })
  }
})

describe('UTF-8', () => {
  test('is read back, a byte order mark included', () => {
    for (const text of ['', 'ä€😀', '\uFEFFa']) assert.equal(fromUtf8(utf8(text)), text)
  })

  test('that is malformed gives nothing instead of replacement characters', () => {
    for (const bytes of ['ff', 'c0af', 'eda080', 'e282', 'f4908080']) {
      assert.equal(fromUtf8(hex(bytes)), undefined)
    }
  })
})

describe('a varint', () => {
  const values: [number, string][] = [
    [0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [300, 'ac02'],
    [16_384, '808001'],
    [0x7fffffff, 'ffffffff07']
  ]
  for (const [value, text] of values) {
    test(`writes ${value} as ${text} and reads it back at any offset`, () => {
      assert.equal(toHex(encodeVarint(value)), text)
      const read = { value, length: text.length / 2 }
      assert.deepEqual(decodeVarint(hex(text), 0), read)
      assert.deepEqual(decodeVarint(hex(`ffff${text}ff`), 2), read)
    })
  }

  test('that has not ended yet is incomplete', () => {
    for (const text of ['', '80', 'ffffffff']) {
      assert.equal(decodeVarint(hex(text), 0), 'incomplete')
    }
  })

  test('that is padded, above 31 bits or endless is malformed', () => {
    for (const text of ['8000', '808000', 'ffffffff08', 'ffffffffff01', '8080808000']) {
      assert.equal(decodeVarint(hex(text), 0), 'malformed')
    }
  })

  test('is not written for what it cannot hold', () => {
    for (const value of [-1, 0.5, 2 ** 31, Number.NaN]) {
      assert.throws(() => encodeVarint(value), RangeError)
    }
  })
})
