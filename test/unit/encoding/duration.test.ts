import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { formatDuration, parseDuration } from '../../../src/encoding/duration.ts'

describe('durations on the command line', () => {
  const VALID = [
    ['500ms', 500],
    ['90s', 90_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['30d', 2_592_000_000]
  ] as const
  for (const [text, ms] of VALID) {
    test(`${text} is ${ms} milliseconds`, () => {
      assert.deepEqual(parseDuration(text), { ok: true, value: ms })
    })
  }

  const INVALID = ['', '5', 's', '0s', '-1h', '1.5h', '1 h', '1h30m', '1w', '999999999999d', '٣s']
  for (const text of INVALID) {
    test(`${JSON.stringify(text)} is refused with INVALID_ARGUMENT`, () => {
      const verdict = parseDuration(text)
      assert.equal(verdict.ok ? undefined : verdict.fault, 'INVALID_ARGUMENT')
    })
  }

  const SHOWN = [
    [0, '0 ms'],
    [12.4, '12 ms'],
    [800, '800 ms'],
    [1_500, '1.5 s'],
    [59_999, '59 s'],
    [245_000, '4 min 5 s'],
    [3_600_000, '1 h'],
    [183_600_000, '2 d 3 h']
  ] as const
  for (const [ms, text] of SHOWN) {
    test(`${ms} milliseconds are shown as ${text}`, () => {
      assert.equal(formatDuration(ms), text)
    })
  }
})
