import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LIMITS } from '../../../src/limits.ts'
import { MissingNews } from '../../../src/overlay/missing-news.ts'
import { FakeTime } from '../../support/fake-time.ts'

describe('[SR-ADM-7] entries that a peer has and this node lacks', () => {
  function start(size: number) {
    const log = { size }
    const time = new FakeTime()
    return { log, time, news: new MissingNews(log, time) }
  }

  test('nothing is waited for when the peer has no more', () => {
    const { news } = start(5)
    news.shown(5)
    assert.equal(news.arrival(), undefined)
  })

  test('they are waited for until they are here', async () => {
    const { log, news } = start(5)
    news.shown(7)
    const arrival = news.arrival()
    log.size = 6
    news.look()
    assert.equal(news.arrival(), arrival)
    log.size = 7
    news.look()
    await arrival
    assert.equal(news.arrival(), undefined)
  })

  test('whoever holds them back delays a node once for each checkpoint', async () => {
    const { time, news } = start(5)
    news.shown(7)
    const arrival = news.arrival()
    time.advance(LIMITS.newsWaitMs)
    await arrival
    news.shown(7)
    assert.equal(news.arrival(), undefined)
    news.shown(8)
    assert.ok(news.arrival())
  })

  test('nobody waits when the node stops', async () => {
    const { news } = start(5)
    news.shown(7)
    const arrival = news.arrival()
    news.stop()
    await arrival
  })
})
