import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RateLimit } from '../../../src/time/rate-limit.ts'
import { FakeTime } from '../../support/fake-time.ts'

function taken(limit: RateLimit, times: number, key?: string): number {
  return Array.from({ length: times }, () => limit.take(key)).filter(Boolean).length
}

describe('a rate limit', () => {
  test('lets a burst pass and then the sustained rate', () => {
    const time = new FakeTime()
    const limit = new RateLimit(time, { count: 60, perMs: 60_000, burst: 5 })
    assert.equal(taken(limit, 10), 5)
    time.advance(999)
    assert.equal(taken(limit, 10), 0)
    time.advance(1)
    assert.equal(taken(limit, 10), 1)
    time.advance(3000)
    assert.equal(taken(limit, 10), 3)
  })

  test('saves up no more than one burst, however long the pause', () => {
    const time = new FakeTime()
    const limit = new RateLimit(time, { count: 60, perMs: 60_000, burst: 5 })
    time.advance(3_600_000)
    assert.equal(taken(limit, 100), 5)
  })

  test('does not count what it refuses', () => {
    const time = new FakeTime()
    const limit = new RateLimit(time, { count: 1, perMs: 1000, burst: 1 })
    assert.equal(taken(limit, 1000), 1)
    time.advance(1000)
    assert.equal(limit.take(), true)
  })

  test('counts each key by itself', () => {
    const limit = new RateLimit(new FakeTime(), { count: 1, perMs: 1000, burst: 2 }, 10)
    assert.equal(taken(limit, 5, 'a'), 2)
    assert.equal(taken(limit, 5, 'b'), 2)
  })

  test('forgets keys that have paused before it forgets one that has not', () => {
    const time = new FakeTime()
    const limit = new RateLimit(time, { count: 1, perMs: 1000, burst: 1 }, 2)
    limit.take('paused')
    time.advance(1000)
    limit.take('busy')
    limit.take('new')
    assert.equal(limit.take('busy'), false)
  })

  test('forgets the oldest key when all are busy: its memory is bounded', () => {
    const limit = new RateLimit(new FakeTime(), { count: 1, perMs: 1000, burst: 1 }, 2)
    for (const key of ['a', 'b', 'c']) limit.take(key)
    assert.equal(limit.take('c'), false)
    assert.equal(limit.take('b'), false)
    assert.equal(limit.take('a'), true)
  })

  test('is not fooled by a wall clock that jumps', () => {
    const time = new FakeTime()
    const limit = new RateLimit(time, { count: 1, perMs: 1000, burst: 1 })
    limit.take()
    time.jump(time.now() + 3_600_000)
    assert.equal(limit.take(), false)
  })
})
