import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { LineSplitter } from '../../src/control/frame.ts'
import { parseJson } from '../../src/control/json.ts'
import { utf8 } from '../../src/encoding/bytes.ts'

const DEPTH_MAX = 16
const LINE_MAX = 64

describe('strict JSON', () => {
  test('reads back every value that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: DEPTH_MAX - 2 }), (value) => {
        const text = JSON.stringify(value)
        fc.pre(!text.includes('__proto__'))
        assert.deepEqual(parseJson(utf8(text), DEPTH_MAX), { ok: true, value: JSON.parse(text) })
      })
    )
  })

  test('[SR-TC-2] never throws, and never accepts what JSON.parse refuses', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'{}[]",:\\u0061x1 \n'), maxLength: 60 })
    fc.assert(
      fc.property(noise, (text) => {
        const parsed = parseJson(utf8(text), DEPTH_MAX)
        if (parsed.ok) assert.deepEqual(parsed.value, JSON.parse(text))
      }),
      { numRuns: 2000 }
    )
  })

  test('[SR-TC-2] finds a member that comes twice at any place', () => {
    const entries = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 2 }), {
      minKeys: 1
    })
    fc.assert(
      fc.property(entries, fc.nat(), (object, pick) => {
        const members = Object.entries(object).map(
          ([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`
        )
        const again = members[pick % members.length] ?? ''
        const text = `[{"a":{${[...members, again].join(',')}}}]`
        fc.pre(!text.includes('__proto__'))
        assert.deepEqual(parseJson(utf8(text), DEPTH_MAX), {
          ok: false,
          reason: 'duplicate-member'
        })
      })
    )
  })
})

describe('lines', () => {
  const lines = fc.array(
    fc.uint8Array({ maxLength: LINE_MAX }).map((b) => b.filter((x) => x !== 10))
  )

  test('are the same however the bytes are cut into chunks', () => {
    fc.assert(
      fc.property(lines, fc.array(fc.integer({ min: 1, max: 50 })), (expected, sizes) => {
        const bytes = Buffer.concat(expected.flatMap((line) => [line, Uint8Array.of(10)]))
        const splitter = new LineSplitter(LINE_MAX)
        const found: Uint8Array[] = []
        let at = 0
        for (let turn = 0; at < bytes.length; turn++) {
          const size = sizes[turn % Math.max(1, sizes.length)] ?? 7
          splitter.push(bytes.subarray(at, at + size))
          at += size
          for (let line = splitter.next(); typeof line !== 'string'; line = splitter.next()) {
            found.push(line.slice())
          }
        }
        assert.deepEqual(
          found,
          expected.map((line) => line.slice())
        )
        assert.equal(splitter.pending, 0)
      })
    )
  })

  test('[SR-TC-2] longer than the bound are noticed before they end', () => {
    const splitter = new LineSplitter(LINE_MAX)
    splitter.push(new Uint8Array(LINE_MAX))
    assert.equal(splitter.next(), 'incomplete')
    splitter.push(new Uint8Array(1))
    assert.equal(splitter.next(), 'oversize')
  })
})
