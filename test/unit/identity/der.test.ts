import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toHex } from '../../../src/encoding/bytes.ts'
import { parseDer, sequence } from '../../../src/identity/der.ts'
import { hex, tlv } from '../../support/raw-certificate.ts'

describe('the DER reader', () => {
  test('gives tag, content, bytes and children of one element', () => {
    const der = hex('3006020105040100')
    const element = parseDer(der)
    assert.equal(element?.tag, 0x30)
    assert.equal(toHex(element?.content ?? der), '020105040100')
    assert.deepEqual(
      element?.children.map(({ tag, bytes }) => [tag, toHex(bytes)]),
      [
        [2, '020105'],
        [4, '040100']
      ]
    )
    assert.equal(sequence(element)?.length, 2)
    assert.equal(sequence(parseDer(hex('3100'))), undefined)
  })

  for (const length of [0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff]) {
    test(`reads a length of ${length}`, () => {
      assert.equal(parseDer(tlv(4, new Uint8Array(length)))?.content.length, length)
    })
  }

  const refused: [string, string][] = [
    ['nothing', ''],
    ['a tag alone', '04'],
    ['a length beyond the end', '0401'],
    ['a byte behind the element', '040000'],
    ['an indefinite length', '30800000'],
    ['a long length below 128', '04810100'],
    ['a padded long length', `048200ff${'00'.repeat(255)}`],
    ['a length in three bytes', '0483000001'],
    ['an unfinished length of one byte', '0481'],
    ['an unfinished length of two bytes', '048201'],
    ['a tag in several bytes', '1f0100'],
    ['a context tag in several bytes', '9f0100'],
    ['the application class', '410100'],
    ['the private class', 'c10100'],
    ['a primitive SEQUENCE', '1000'],
    ['a constructed octet string', '2403040100'],
    ['a type the profile has no place for', '0500'],
    ['a PrintableString', '130161'],
    ['an empty boolean', '0100'],
    ['a boolean of 01', '010101'],
    ['an empty integer', '0200'],
    ['a padded positive integer', '0202007f'],
    ['a padded negative integer', '0202ff80'],
    ['an empty bit string', '0300'],
    ['eight unused bits', '030208ff'],
    ['unused bits of nothing', '030101'],
    ['unused bits that are not zero', '03020701' /* 7 unused, lowest set */],
    ['an empty object identifier', '0600'],
    ['a padded object identifier', '06022a80'],
    ['a padded arc', '06032a8001'],
    ['malformed UTF-8', '0c01ff'],
    ['a broken element inside', '30020402']
  ]
  for (const [what, text] of refused) {
    test(`refuses ${what}`, () => assert.equal(parseDer(hex(text)), undefined))
  }

  const accepted: [string, string][] = [
    ['FALSE', '010100'],
    ['TRUE', '0101ff'],
    ['128 with its sign byte', '02020080'],
    ['-128', '020180'],
    ['one used bit', '03020780'],
    ['no bits', '030100'],
    ['an object identifier', '06032b6570']
  ]
  for (const [what, text] of accepted) {
    test(`reads ${what}`, () => assert.equal(toHex(parseDer(hex(text))?.bytes ?? hex('')), text))
  }

  test('refuses nesting deeper than any certificate', () => {
    let der = tlv(0x30)
    for (let depth = 1; depth < 16; depth++) der = tlv(0x30, der)
    assert.ok(parseDer(der))
    assert.equal(parseDer(tlv(0x30, der)), undefined)
  })
})
