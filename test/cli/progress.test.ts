import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startProgress } from '../../src/cli/progress.ts'
import { Screen } from '../support/fake-terminal.ts'
import { FakeTime } from '../support/fake-time.ts'

function setup(init: { isTTY?: boolean; enabled?: boolean } = {}) {
  const time = new FakeTime()
  const stderr = new Screen(init.isTTY ?? true)
  const { enabled = true } = init
  const progress = startProgress({ stderr, clock: time, scheduler: time, enabled }, 'joining')
  return { time, stderr, progress }
}

describe('progress', () => {
  test('nothing is shown for what takes less than half a second', () => {
    const { time, stderr, progress } = setup()
    time.advance(400)
    progress.end()
    time.advance(5_000)
    assert.equal(stderr.text, '')
  })

  test('the step and the time are shown after half a second, and nothing stays', () => {
    const { time, stderr, progress } = setup()
    time.advance(500)
    assert.match(stderr.text, /joining … 500 ms$/)
    progress.step('waiting for the certificate')
    time.advance(1_000)
    assert.match(stderr.text, /waiting for the certificate … 1\.5 s$/)
    progress.end()
    assert.ok(stderr.text.endsWith('\r\u001b[K'))
  })

  test('without a terminal and with --quiet there is none', () => {
    for (const init of [{ isTTY: false }, { enabled: false }]) {
      const { time, stderr, progress } = setup(init)
      time.advance(2_000)
      progress.step('more')
      progress.end()
      assert.equal(stderr.text, '')
    }
  })
})
