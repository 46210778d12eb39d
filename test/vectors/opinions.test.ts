import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { opinionVectors } from '../../scripts/vectors/opinions.ts'
import { parseOpinionList } from '../../src/reputation/opinion-list.ts'
import vectors from './opinions.json' with { type: 'json' }

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

describe('the vectors of opinions', () => {
  test('are what the code makes: run scripts/vectors/opinions.ts after a change of format', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(opinionVectors())), vectors)
  })

  for (const { name, opinions, bytes } of vectors.valid) {
    test(`[SR-REP-2] valid: ${name}`, () => {
      const parsed = parseOpinionList(fromHex(bytes))
      assert.ok(parsed.ok)
      const shown = parsed.value.map(({ member, code }) => ({ member, code: code ?? null }))
      assert.deepEqual(shown, opinions)
    })
  }

  for (const { name, bytes, code } of vectors.invalid) {
    test(`[SR-INT-2] invalid: ${name} is ${code}`, () => {
      const parsed = parseOpinionList(fromHex(bytes))
      assert.equal(parsed.ok ? 'accepted' : parsed.fault, code)
    })
  }
})
