import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describeFailure, failureLines, failureObject } from '../../src/cli/failure.ts'
import { createPaint } from '../../src/cli/output.ts'
import { ERRORS, type ErrorCode, PeerageError } from '../../src/errors.ts'

const paint = createPaint(false)

function lines(thrown: unknown): string[] {
  return failureLines(describeFailure(thrown), paint)
}

describe('a failure', () => {
  test('[SR-USE-1] of every code shows the code, a text and a remedy, and exits as its row says', () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const failure = describeFailure(new PeerageError(code))
      const [first = '', last = ''] = failureLines(failure, paint)
      assert.equal(first, `✖ ${code}  ${ERRORS[code].text}`)
      assert.equal(last, `  fix: ${ERRORS[code].hint}`)
      assert.equal(failure.exit, ERRORS[code].exit)
      assert.notEqual(failure.exit, 0)
    }
  })

  test('details are aligned, the reason continues the sentence, a suggestion replaces the remedy', () => {
    const details = { reason: 'no word', suggestion: 'Say one', path: '/h', maximum: 5 }
    assert.deepEqual(lines(new PeerageError('USAGE', details)), [
      '✖ USAGE  The command line is not valid: no word.',
      '  path     /h',
      '  maximum  5',
      '  fix: Say one'
    ])
  })

  test('each parameter that a schema refused has its line', () => {
    const issues = [{ path: 'member', message: 'Invalid string' }]
    assert.ok(
      lines(new PeerageError('INVALID_ARGUMENT', { issues })).includes('  member  Invalid string')
    )
  })

  test('a code as reason brings the remedy of that code', () => {
    const refused = new PeerageError('ADMISSION_REFUSED_BY_PEER', { reason: 'CERTIFICATE_EXPIRED' })
    assert.deepEqual(lines(refused), [
      '✖ ADMISSION_REFUSED_BY_PEER  The peer refused this node: CERTIFICATE_EXPIRED.',
      `  fix: ${ERRORS.CERTIFICATE_EXPIRED.hint}`
    ])
    const { error } = failureObject(describeFailure(refused))
    assert.deepEqual(error['details'], { reason: 'CERTIFICATE_EXPIRED' })
  })

  test('[SR-CONF-3] the message of what lies behind is not shown, it may quote a secret', () => {
    for (const cause of [new SyntaxError('hunter2 is not JSON'), 'hunter2']) {
      const shown = [...lines(new PeerageError('INTERNAL', {}, cause)), ...lines(cause)].join('\n')
      assert.match(shown, /INTERNAL/)
      assert.doesNotMatch(shown, /hunter2/)
    }
  })

  test('the code of the system is shown as cause', () => {
    const cause = Object.assign(new Error('x'), { code: 'EROFS' })
    assert.ok(lines(new PeerageError('HOME_UNWRITABLE', {}, cause)).includes('  cause  EROFS'))
  })

  test('nothing in it acts on the terminal', () => {
    const shown = lines(new PeerageError('NOT_FOUND', { name: 'a\u001b[2J', reason: '\u0007' }))
    assert.ok(!shown.join('').includes('\u001b') && !shown.join('').includes('\u0007'))
  })
})
