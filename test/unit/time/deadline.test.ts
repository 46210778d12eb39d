import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { PeerageError } from '../../../src/errors.ts'
import { formatTime, systemClock } from '../../../src/time/clock.ts'
import { deadline } from '../../../src/time/deadline.ts'
import { systemScheduler } from '../../../src/time/scheduler.ts'
import { FakeTime } from '../../support/fake-time.ts'

describe('a deadline', () => {
  test('aborts with TIMEOUT when its time has passed, not before', () => {
    const time = new FakeTime()
    const { signal } = deadline(time, 100)
    time.advance(99)
    assert.ok(!signal.aborted)
    time.advance(1)
    assert.ok(signal.aborted && signal.reason instanceof PeerageError)
    assert.deepEqual([signal.reason.code, signal.reason.details], ['TIMEOUT', { ms: 100 }])
  })

  test('that was released never aborts, and released twice does nothing', () => {
    const time = new FakeTime()
    const parent = new AbortController()
    const { signal, release } = deadline(time, 100, parent.signal)
    release()
    release()
    time.advance(1000)
    parent.abort()
    assert.ok(!signal.aborted)
  })

  test('aborts with the reason of its parent when that is first', () => {
    const time = new FakeTime()
    const parent = new AbortController()
    const { signal } = deadline(time, 100, parent.signal)
    const reason = new Error('closed')
    parent.abort(reason)
    assert.equal(signal.reason, reason)
    time.advance(100)
    assert.equal(signal.reason, reason)
  })

  test('under an aborted parent is aborted from the start', () => {
    const reason = new Error('closed')
    assert.equal(deadline(new FakeTime(), 100, AbortSignal.abort(reason)).signal.reason, reason)
  })
})

describe('time of the machine', () => {
  test('runs a timer once and an interval again, until they are canceled', async () => {
    const target = new EventTarget()
    const cancel = systemScheduler.every(1, () => target.dispatchEvent(new Event('tick')))
    // A timer of the scheduler does not keep the process alive: this one does.
    const alive = setInterval(() => {}, 1000)
    await once(target, 'tick')
    await once(target, 'tick')
    cancel()
    systemScheduler.after(1, () => target.dispatchEvent(new Event('end')))
    const canceled = systemScheduler.after(0, () => assert.fail('was canceled'))
    canceled()
    await once(target, 'end')
    clearInterval(alive)
  })

  test('is read as wall clock and as a clock that never goes back', () => {
    assert.ok(systemClock.now() > Date.UTC(2026, 0, 1))
    const first = systemClock.monotonic()
    assert.ok(systemClock.monotonic() >= first)
  })

  test('is written in UTC with milliseconds', () => {
    assert.equal(formatTime(0), '1970-01-01T00:00:00.000Z')
  })
})

describe('time of a test', () => {
  test('moves timers in order and the wall clock with them', () => {
    const time = new FakeTime(1000)
    const ran: string[] = []
    const cancel = time.every(10, () => ran.push(`every ${time.now()}`))
    time.after(15, () => ran.push(`after ${time.now()}`))
    time.advance(20)
    cancel()
    time.advance(100)
    assert.deepEqual(ran, ['every 1010', 'after 1015', 'every 1020'])
    time.jump(5)
    assert.deepEqual([time.now(), time.monotonic()], [5, 120])
  })
})
