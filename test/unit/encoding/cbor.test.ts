import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import { toHex } from '../../../src/encoding/bytes.ts'
import { decodeCbor, encodeCbor } from '../../../src/encoding/cbor.ts'
import { bytesOf, bytesUpTo, unsigned } from '../../../src/encoding/schema.ts'
import { hex } from '../../support/raw-certificate.ts'

const any = z.unknown()

function faultOf(bytes: Uint8Array, schema: z.ZodType<unknown> = any, bytesMax = 64): string {
  const verdict = decodeCbor(bytes, schema, bytesMax)
  return verdict.ok ? 'decoded' : verdict.fault
}

describe('[SR-INT-1] CBOR', () => {
  const canonical: [string, unknown][] = [
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['190100', 256],
    ['1a00010000', 65_536],
    ['1b001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['20', -1],
    ['f4', false],
    ['f6', null],
    ['43010203', Uint8Array.of(1, 2, 3)],
    ['6161', 'a'],
    ['80', []],
    ['82016161', [1, 'a']],
    ['a0', {}],
    ['a2616101616202', { a: 1, b: 2 }],
    ['a2617a01626161f5', { z: 1, aa: true }]
  ]
  for (const [text, value] of canonical) {
    test(`has the one encoding ${text} for ${JSON.stringify(value)}`, () => {
      assert.equal(toHex(encodeCbor(value)), text)
      assert.deepEqual(decodeCbor(hex(text), any, 64), { ok: true, value })
    })
  }

  test('sorts the keys of maps by their encoded bytes, in whatever order they were written', () => {
    assert.equal(toHex(encodeCbor({ aa: true, z: 1 })), 'a2617a01626161f5')
  })

  test('is not written for what could not be read: floats, undefined, numbers above 2^53', () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, undefined]) {
      assert.throws(() => encodeCbor({ value }), TypeError)
    }
  })

  const malformed: [string, string][] = [
    ['nothing', ''],
    ['unsorted keys', 'a2616201616102'],
    ['a longer key before a shorter one', 'a2626161f5617a01'],
    ['a repeated key', 'a2616101616102'],
    ['an integer in more bytes than needed', '1800'],
    ['a 16-bit integer below 256', '1900ff'],
    ['a 32-bit integer below 65536', '1a0000ffff'],
    ['a 64-bit integer below 2^32', '1b00000000ffffffff'],
    ['a negative integer in more bytes than needed', '3800'],
    ['an integer above 2^53', '1b0020000000000000'],
    ['a length in more bytes than needed', '580101'],
    ['half a float', 'f93e00'],
    ['a float', 'fb3ff8000000000000'],
    ['a whole number as float', 'f93c00'],
    ['a negative zero', 'f98000'],
    ['NaN', 'f97e00'],
    ['infinity', 'f97c00'],
    ['undefined', 'f7'],
    ['an unassigned simple value', 'f0'],
    ['a tag', 'c000'],
    ['a bignum', 'c24101'],
    ['indefinite bytes', '5f4101ff'],
    ['indefinite text', '7f6161ff'],
    ['an indefinite list', '9f01ff'],
    ['an indefinite map', 'bf616101ff'],
    ['a break alone', 'ff'],
    ['a byte behind the value', '0000'],
    ['a cut value', '4301'],
    ['a list longer than its bytes', '8201'],
    ['a list that claims four billion items', '9affffffff'],
    ['a key that is no text', 'a10102'],
    ['text that is no UTF-8', '61ff']
  ]
  for (const [what, text] of malformed) {
    test(`is MESSAGE_MALFORMED with ${what}`, () => {
      assert.equal(faultOf(hex(text)), 'MESSAGE_MALFORMED')
    })
  }

  test('is MESSAGE_MALFORMED nested deeper than the stack', () => {
    assert.equal(faultOf(new Uint8Array(1_000_000).fill(0x81), any, 1_000_000), 'MESSAGE_MALFORMED')
  })

  test('is MESSAGE_TOO_LARGE above its limit, before it is looked at', () => {
    assert.deepEqual(decodeCbor(new Uint8Array(65).fill(0xff), any, 64), {
      ok: false,
      fault: 'MESSAGE_TOO_LARGE',
      detail: { bytes: 65, bytesMax: 64 }
    })
    const atLimit = encodeCbor(new Uint8Array(62))
    assert.equal(atLimit.length, 64)
    assert.equal(faultOf(atLimit), 'decoded')
  })

  test('that does not fit its schema names the place and not the content', () => {
    const schema = z.strictObject({ list: z.array(z.strictObject({ id: unsigned })) })
    const verdict = decodeCbor(encodeCbor({ list: [{ id: 1 }, { id: 'secret' }] }), schema, 64)
    assert.deepEqual(verdict, {
      ok: false,
      fault: 'MESSAGE_MALFORMED',
      detail: { path: 'list.1.id' }
    })
  })

  test('with an unknown or a missing key is MESSAGE_MALFORMED', () => {
    const schema = z.strictObject({ a: unsigned })
    assert.equal(faultOf(encodeCbor({ a: 1 }), schema), 'decoded')
    assert.equal(faultOf(encodeCbor({ a: 1, b: 2 }), schema), 'MESSAGE_MALFORMED')
    assert.equal(faultOf(encodeCbor({}), schema), 'MESSAGE_MALFORMED')
  })

  test('never reaches the prototype of an object', () => {
    const bytes = hex(`a1695f5f70726f746f5f5fa1616101`)
    const verdict = decodeCbor(bytes, z.strictObject({}), 64)
    assert.equal(verdict.ok ? 'decoded' : verdict.fault, 'MESSAGE_MALFORMED')
    assert.ok(!('a' in {}))
  })
})

describe('schema pieces', () => {
  test('count bytes', () => {
    assert.ok(bytesOf(2).safeParse(Uint8Array.of(1, 2)).success)
    assert.ok(!bytesOf(2).safeParse(Uint8Array.of(1)).success)
    assert.ok(bytesUpTo(2).safeParse(new Uint8Array()).success)
    assert.ok(!bytesUpTo(2).safeParse(new Uint8Array(3)).success)
    assert.ok(!bytesUpTo(2).safeParse('ab').success)
  })

  test('take whole numbers from zero to 2^53 - 1', () => {
    assert.ok(unsigned.safeParse(0).success)
    assert.ok(unsigned.safeParse(Number.MAX_SAFE_INTEGER).success)
    for (const wrong of [-1, 0.5, 2 ** 53, Number.NaN, '1']) {
      assert.ok(!unsigned.safeParse(wrong).success)
    }
  })
})
