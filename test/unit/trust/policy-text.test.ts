import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { LIMITS } from '../../../src/limits.ts'
import { comparePolicies, judgePolicyText, readPolicyText } from '../../../src/trust/policy-text.ts'

const POLICY = 'permit(principal, action, resource);\n'

function reasonOf(verdict: ReturnType<typeof readPolicyText>): unknown {
  assert.ok(!verdict.ok && verdict.fault === 'POLICY_INVALID')
  return verdict.detail?.['reason']
}

describe('[SR-CFG-1] the text of a policy', () => {
  test('is taken as it is, up to the limit in bytes', () => {
    assert.deepEqual(readPolicyText(utf8(POLICY)), { ok: true, value: POLICY })
    const largest = 'a'.repeat(LIMITS.policyLengthMax)
    assert.ok(readPolicyText(utf8(largest)).ok)
    assert.equal(reasonOf(readPolicyText(utf8(`${largest}a`))), 'it is too large')
    // As many characters, but an entry counts bytes.
    assert.equal(reasonOf(judgePolicyText('é'.repeat(LIMITS.policyLengthMax))), 'it is too large')
  })

  test('is refused where it is empty or no UTF-8', () => {
    for (const text of ['', ' \n\t\n']) assert.equal(reasonOf(judgePolicyText(text)), 'it is empty')
    assert.equal(reasonOf(readPolicyText(Uint8Array.of(0x70, 0xff))), 'it is not UTF-8')
    assert.equal(reasonOf(judgePolicyText('permit \ud800')), 'it is not UTF-8')
  })

  test('is refused where somebody would sign what nobody sees', () => {
    for (const hidden of ['\u0000', '\r', '\u001b', '\u202e', '\u200b', '\ufeff']) {
      const verdict = judgePolicyText(`${POLICY}// ${hidden} never`)
      assert.equal(reasonOf(verdict), 'it has a character that nobody sees')
      assert.equal(!verdict.ok && verdict.detail?.['line'], 2)
    }
  })

  test('is compared line by line, wherever the lines stand', () => {
    const change = (before: string, after: string) => Object.values(comparePolicies(before, after))
    assert.deepEqual(change('', 'a\nb\n'), [2, 0])
    assert.deepEqual(change('a\nb\nb\n', 'b\na\nc'), [1, 1])
    assert.deepEqual(change('a\nb', 'b\na\n'), [0, 0])
  })
})
