import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextRound } from 'node:timers/promises'
import { Turns } from '../../../src/time/turns.ts'
import { FakeTime } from '../../support/fake-time.ts'

describe('[SR-TC-1] turns of the event loop', () => {
  test('cost nothing while there is time', async () => {
    const turns = new Turns(new FakeTime(), 10)
    let rounds = 0
    setImmediate(() => rounds++)
    for (let i = 0; i < 1000; i++) await turns.take('a')
    assert.equal(rounds, 0)
  })

  test('let the loop go round once their time is spent, and go on in order', async () => {
    const clock = new FakeTime()
    const turns = new Turns(clock, 10)
    const done: string[] = []
    const work = async (name: string) => {
      await turns.take('a')
      done.push(name)
      clock.advance(10)
    }
    const all = ['a', 'b', 'c', 'd'].map(work)
    await Promise.resolve()
    assert.deepEqual(done, ['a', 'b', 'c', 'd'].slice(0, done.length))
    const seen: number[] = []
    while (done.length < 4) {
      await nextRound()
      seen.push(done.length)
    }
    await Promise.all(all)
    assert.deepEqual(done, ['a', 'b', 'c', 'd'])
  })

  test('are taken one after the other by those who ask, however much one of them has waiting', async () => {
    const clock = new FakeTime()
    const turns = new Turns(clock, 10)
    const done: string[] = []
    const work = async (asker: string) => {
      await turns.take(asker)
      done.push(asker)
      clock.advance(10)
    }
    await work('spent')
    await Promise.all(['loud', 'loud', 'loud', 'loud', 'loud', 'quiet'].map(work))
    assert.ok(done.indexOf('quiet') <= 3, done.join(' '))
  })

  test('with one long piece of work in each round, the loop goes round between any two', async () => {
    const clock = new FakeTime()
    const turns = new Turns(clock, 10)
    let rounds = 0
    let isOver = false
    const count = () => {
      rounds++
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    for (let i = 0; i < 5; i++) {
      await turns.take('a')
      clock.advance(10)
    }
    isOver = true
    assert.ok(rounds >= 4, `${rounds} rounds`)
  })
})
