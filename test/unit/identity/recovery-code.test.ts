import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createRecoveryCode, readRecoveryCode } from '../../../src/identity/recovery-code.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { accepted } from '../../support/trust-network.ts'

const ALPHABET = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ']
const { text, key } = createRecoveryCode(seededRandom('recovery'))
const groups = text.split('-')

const isKey = (typed: string) =>
  assert.ok(accepted(readRecoveryCode(typed)).publicKey.equals(key.publicKey))

function namesGroups(typed: string, ...wrong: number[]): void {
  const read = readRecoveryCode(typed)
  assert.ok(!read.ok, typed)
  assert.equal(read.fault, 'RECOVERY_CODE_MALFORMED')
  assert.equal(read.detail?.['reason'], `mistyped: group ${wrong.join(', group ')}`)
}

describe('a recovery code', () => {
  test('is eight groups of five characters, and the key comes back from it', () => {
    assert.match(text, /^([0-9A-HJKMNP-TV-Z]{5}-){7}[0-9A-HJKMNP-TV-Z]{5}$/)
    isKey(text)
  })

  test('may be typed in any case, with the letters people confuse, with or without separators', () => {
    isKey(text.toLowerCase())
    isKey(text.replaceAll('-', ''))
    isKey(`  ${groups.join(' \n')}\r\n`)
    isKey(text.replaceAll('0', 'o').replaceAll('1', 'l'))
    isKey(text.replaceAll('0', 'O').replaceAll('1', 'I'))
  })

  test('names the group of every wrong character', () => {
    const place = fc.tuple(fc.nat(7), fc.nat(4), fc.constantFrom(...ALPHABET))
    fc.assert(
      fc.property(place, ([group, at, letter]) => {
        const letters = [...(groups[group] ?? '')]
        fc.pre(letters[at] !== letter)
        letters[at] = letter
        namesGroups(groups.with(group, letters.join('')).join('-'), group + 1)
      })
    )
  })

  test('names the group of every two exchanged characters, and both exchanged groups', () => {
    const places = fc.tuple(fc.nat(7), fc.nat(4), fc.nat(4))
    fc.assert(
      fc.property(places, ([group, a, b]) => {
        const letters = [...(groups[group] ?? '')]
        fc.pre(letters[a] !== letters[b])
        const first = letters[a] ?? ''
        letters[a] = letters[b] ?? ''
        letters[b] = first
        namesGroups(groups.with(group, letters.join('')).join('-'), group + 1)
      })
    )
    const [first = '', second = ''] = groups
    namesGroups(groups.with(0, second).with(1, first).join('-'), 1, 2)
  })

  test('names a group that is too short, a letter of no alphabet, and a wrong number of groups', () => {
    namesGroups(groups.with(2, 'ABCD').join('-'), 3)
    namesGroups(groups.with(4, 'UUUUU').join('-'), 5)
    for (const typed of ['', 'hello', groups.slice(1).join('-'), `${text}-${text}`]) {
      const read = readRecoveryCode(typed)
      assert.ok(!read.ok)
      assert.match(String(read.detail?.['reason']), /^there are \d+ groups/)
    }
  })
})
