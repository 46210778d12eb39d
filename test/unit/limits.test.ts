import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LIMIT_TABLE, LIMITS } from '../../src/limits.ts'
import { LIMIT_RELATIONS } from '../support/limit-relations.ts'

describe('the table of limits', () => {
  test('has a positive whole number, a unit and a reason for every limit', () => {
    for (const [name, { value, unit, why }] of Object.entries(LIMIT_TABLE)) {
      assert.ok(Number.isSafeInteger(value) && value > 0, name)
      assert.ok(unit.length > 0 && why.length > 0, name)
    }
  })

  test('gives the values by name', () => {
    assert.equal(LIMITS.nameLengthMax, LIMIT_TABLE.nameLengthMax.value)
    assert.deepEqual(Object.keys(LIMITS), Object.keys(LIMIT_TABLE))
  })

  for (const [relation, holds] of LIMIT_RELATIONS) {
    test(`keeps the relation: ${relation}`, () => assert.ok(holds))
  }
})
