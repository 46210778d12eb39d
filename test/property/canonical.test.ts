import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decode } from 'cborg'
import fc from 'fast-check'
import { equalBytes } from '../../src/encoding/bytes.ts'
import { isPlainlyCanonical } from '../../src/encoding/canonical.ts'
import { encodeCbor } from '../../src/encoding/cbor.ts'

const ascii = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '0', '1', '/', '-'), maxLength: 40 })
const leaf = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: -70_000, max: 70_000 }),
  fc.integer({ min: 0, max: 300 }),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }),
  ascii
)
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(ascii, tie('value'), { maxKeys: 30 })
  )
}))

/** What was asked of all bytes before, and still is of those that are not plain. */
function encodesBack(bytes: Uint8Array): boolean {
  try {
    return equalBytes(encodeCbor(decode(bytes, { rejectDuplicateMapKeys: true })), bytes)
  } catch {
    return false
  }
}

describe('[SR-INT-1] bytes that are plainly canonical', () => {
  test('are those of every value that was encoded here', () => {
    fc.assert(fc.property(value, (one) => assert.ok(isPlainlyCanonical(encodeCbor(one)))))
  })

  test('encode back to themselves, also where a byte of an encoding was changed', () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat({ max: 255 }) })
    let plain = 0
    fc.assert(
      fc.property(value, fc.array(change, { minLength: 1, maxLength: 3 }), (one, changes) => {
        const bytes = encodeCbor(one)
        for (const { at, to } of changes) bytes[at % bytes.length] = to
        if (!isPlainlyCanonical(bytes)) return
        plain++
        assert.ok(encodesBack(bytes))
      }),
      { numRuns: 3000 }
    )
    assert.ok(plain > 100)
  })

  test('encode back to themselves, also where they are any', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        if (isPlainlyCanonical(bytes)) assert.ok(encodesBack(bytes))
      }),
      { numRuns: 5000 }
    )
  })

  test('have neither other text than ASCII, nor deep nesting, nor keys like __proto__', () => {
    assert.ok(!isPlainlyCanonical(encodeCbor('é')))
    let deep: unknown = 1
    for (let i = 0; i < 20; i++) deep = [deep]
    assert.ok(!isPlainlyCanonical(encodeCbor(deep)))
    assert.ok(!isPlainlyCanonical(encodeCbor({ ['__proto__']: 1 })))
  })
})
