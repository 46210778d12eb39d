import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { LIMITS } from '../../src/limits.ts'
import { openRecord, sealRecord } from '../../src/records/record.ts'
import { compareMarks, supersedeRecord, type VersionMark } from '../../src/records/supersede.ts'
import { aliceKey, NETWORK, sampleContent, sampleRecord } from '../support/sample-record.ts'

const mark = fc.record(
  {
    version: fc.integer({ min: 1, max: 4 }),
    digest: fc.constantFrom('a', 'b', 'c')
  },
  { noNullPrototype: true }
)

function replaces(candidate: VersionMark, current: VersionMark): boolean {
  const verdict = supersedeRecord(candidate, current)
  return verdict.ok && verdict.value === 'newer'
}

describe('what may replace what', () => {
  test('[SR-INT-3] is a strict order: nothing replaces itself, and never both ways', () => {
    fc.assert(
      fc.property(mark, mark, (a, b) => {
        assert.equal(replaces(a, a), false)
        assert.ok(!(replaces(a, b) && replaces(b, a)))
      })
    )
  })

  test('[SR-INT-3] is transitive', () => {
    fc.assert(
      fc.property(mark, mark, mark, (a, b, c) => {
        if (replaces(a, b) && replaces(b, c)) assert.ok(replaces(a, c))
      })
    )
  })

  test('[SR-INT-4] two marks are ordered, the same, or in conflict, seen from either side', () => {
    fc.assert(
      fc.property(mark, mark, (a, b) => {
        const [forward, backward] = [supersedeRecord(a, b), supersedeRecord(b, a)]
        if (a.version > b.version) {
          assert.equal(forward.ok && forward.value, 'newer')
          assert.equal(backward.ok ? '' : backward.fault, 'RECORD_STALE')
        } else if (a.version === b.version && a.digest !== b.digest) {
          assert.equal(forward.ok ? '' : forward.fault, 'RECORD_CONFLICT')
          assert.equal(backward.ok ? '' : backward.fault, 'RECORD_CONFLICT')
        } else if (a.version === b.version) {
          assert.equal(forward.ok && forward.value, 'same')
        }
      })
    )
  })

  test('whatever order versions arrive in, the highest one remains', () => {
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1 }), (marks) => {
        let current: VersionMark | undefined
        for (const candidate of marks) {
          const verdict = supersedeRecord(candidate, current)
          if (verdict.ok && verdict.value === 'newer') current = candidate
        }
        assert.equal(current?.version, Math.max(...marks.map((each) => each.version)))
      })
    )
  })

  test('every reader of the same records chooses the same one, the newest', () => {
    fc.assert(
      fc.property(fc.array(mark, { minLength: 1 }), (marks) => {
        const [a] = [...marks].sort(compareMarks)
        const [b] = [...marks].reverse().sort(compareMarks)
        assert.deepEqual(a, b)
        assert.equal(a?.version, Math.max(...marks.map((each) => each.version)))
      })
    )
  })
})

const content = fc.record({
  owner: fc.constantFrom('alice', 'a', 'x-1'),
  name: fc.constantFrom('greeting', 'a/b', '_'),
  version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  storedAt: fc.integer({ min: 0, max: 2 ** 48 }),
  lifetimeMs: fc.integer({ min: 1, max: LIMITS.noteLifetimeMs }),
  value: fc.uint8Array({ maxLength: 300 })
})

describe('the format', () => {
  test('[SR-INT-2] what was sealed opens to the same content', () => {
    fc.assert(
      fc.property(content, (change) => {
        const expected = sampleContent(change)
        const opened = openRecord(sealRecord(expected, aliceKey), NETWORK)
        assert.ok(opened.ok)
        for (const [field, value] of Object.entries(expected)) {
          assert.deepEqual(opened.value[field as keyof typeof expected], value, field)
        }
      })
    )
  })

  test('[SR-INT-2] a record with any one bit flipped never opens', () => {
    const { bytes } = sampleRecord()
    fc.assert(
      fc.property(fc.nat({ max: bytes.length * 8 - 1 }), (bit) => {
        const flipped = Uint8Array.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        assert.equal(openRecord(flipped, NETWORK).ok, false)
      }),
      { numRuns: 300 }
    )
  })

  test('a record cut anywhere never opens, and arbitrary bytes never throw', () => {
    const { bytes } = sampleRecord()
    fc.assert(
      fc.property(fc.nat({ max: bytes.length - 1 }), fc.uint8Array(), (length, noise) => {
        assert.equal(openRecord(bytes.slice(0, length), NETWORK).ok, false)
        assert.equal(openRecord(noise, NETWORK).ok, false)
      })
    )
  })
})
