import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  ERRORS,
  type ErrorCode,
  EXIT,
  errorCodeOf,
  PeerageError,
  toPeerageError
} from '../../src/errors.ts'

const rows = Object.entries(ERRORS)

describe('the table of errors', () => {
  test('gives every code a number of its own, from which the code is found again', () => {
    const numbers = rows.map(([, row]) => row.number)
    assert.equal(new Set(numbers).size, numbers.length)
    for (const [code, row] of rows) assert.equal(errorCodeOf(row.number), code)
    assert.equal(errorCodeOf(999), undefined)
  })

  test('has every code in one file of one area: none takes the place of another', () => {
    const folder = join(import.meta.dirname, '../../src/errors')
    const codes = readdirSync(folder).flatMap((name) =>
      [...readFileSync(join(folder, name), 'utf8').matchAll(/^ {2}([A-Z][A-Z_]+): \{$/gm)].map(
        ([, code]) => code
      )
    )
    assert.equal(codes.length, rows.length)
    assert.deepEqual(new Set(codes), new Set(rows.map(([code]) => code)))
  })

  test('keeps application numbers positive and in the documented ranges', () => {
    for (const [code, { number }] of rows) {
      assert.ok(Number.isInteger(number) && number >= 1000 && number < 1800, code)
    }
  })

  test('gives every code an exit code of the documented ones, and never that of success', () => {
    const exits = new Set<number>(Object.values(EXIT).filter((exit) => exit !== EXIT.ok))
    for (const [code, { exit }] of rows) assert.ok(exits.has(exit), code)
  })

  test('says in a sentence what happened and in another what to do', () => {
    for (const [code, { text, hint }] of rows) {
      assert.match(text, /^[A-Z].*\.$/, code)
      assert.match(hint, /^[A-Z].+/, code)
    }
  })
})

describe('a failure', () => {
  test('carries code, details and cause', () => {
    const cause = new Error('below')
    const error = new PeerageError('TIMEOUT', { ms: 5 }, cause)
    assert.deepEqual(
      [error.code, error.details, error.cause, error.name],
      ['TIMEOUT', { ms: 5 }, cause, 'PeerageError']
    )
    assert.equal(error.message, `TIMEOUT: ${ERRORS.TIMEOUT.text}`)
    assert.ok(!('cause' in new PeerageError('TIMEOUT')))
  })

  test('without a code becomes INTERNAL, and one with a code stays itself', () => {
    const known = new PeerageError('NOT_FOUND')
    assert.equal(toPeerageError(known), known)
    for (const thrown of [new Error('bug'), 'text', undefined]) {
      const error = toPeerageError(thrown)
      assert.equal(error.code, 'INTERNAL' satisfies ErrorCode)
      assert.equal(error.cause, thrown)
    }
  })
})
