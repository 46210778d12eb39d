import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { renderErrors } from '../../scripts/docs/errors.ts'
import { renderLimits } from '../../scripts/docs/limits.ts'
import { renderRpc } from '../../scripts/docs/rpc.ts'
import { topics } from '../../src/control/event-schemas.ts'
import { methods } from '../../src/control/methods/index.ts'
import { ERRORS } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'

describe('the references', () => {
  test('name every method, parameter and topic', () => {
    const text = renderRpc()
    for (const { name, params } of methods) {
      const section = text.split(`\n### ${name}\n`)[1]?.split('\n### ')[0] ?? ''
      for (const param of Object.keys(params.shape)) {
        assert.ok(section.includes(`| \`${param}\` |`), `${name} ${param}`)
      }
      assert.ok(section.includes('Result:'), name)
    }
    for (const topic of topics) assert.ok(text.includes(`| \`${topic}\` |`), topic)
    assert.doesNotMatch(text, /undefined|\[object/)
  })

  test('name every error and every limit', () => {
    const errors = renderErrors()
    for (const code of Object.keys(ERRORS)) assert.ok(errors.includes(`| \`${code}\` |`), code)
    const limits = renderLimits()
    for (const name of Object.keys(LIMITS)) assert.ok(limits.includes(`| \`${name}\` |`), name)
  })
})
