import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Daemon, json, refused, Sandbox } from './support.ts'

describe('[SR-REP-2] opinions of members between daemons', { timeout: 120_000 }, () => {
  const sandbox = new Sandbox()
  after(() => sandbox.end())
  const list = ['reputation', 'list']
  let hq: Daemon
  let alice: Daemon

  before(async () => {
    await sandbox.create('hq', ['--member', 'office'])
    hq = await sandbox.up('hq')
    // The log that alice joins with lists mallory already.
    for (const name of ['mallory', 'alice']) await sandbox.join(hq, name)
    alice = await sandbox.up('alice')
    await alice.waitPeers(1)
  })

  test('reach whoever subscribes, are named with their author, and change no standing', async () => {
    const at = { home: hq.home }
    const published = await json([...list, 'publish', '--about', 'mallory', '--for', '1h'], {
      home: alice.home
    })
    assert.deepEqual(published.opinions, [{ member: 'mallory' }])
    const before = await json(['reputation', 'show', 'mallory'], at)
    assert.deepEqual(before.opinions, [], 'nobody listens yet')

    const subscribed = await json([...list, 'subscribe', 'alice'], at)
    assert.deepEqual([subscribed.counts, subscribed.expiresAt], [true, published.expiresAt])
    await hq.event('opinion.changed', { member: 'alice', opinions: 1 })
    const shown = await json(['reputation', 'show', 'mallory'], at)
    assert.deepEqual(shown.opinions, [{ by: 'alice' }])
    assert.match(shown.reason, /opinion of alice/)
    assert.deepEqual([shown.standing, shown.score], [before.standing, before.score])
    const { items } = await json(['reputation', 'ls'], at)
    const row = items.find(({ member }: { member: string }) => member === 'mallory')
    assert.match(row.reason, /opinion of alice/)
    const journaled = await hq.call('audit.search', { event: 'opinion.changed' })
    assert.equal(journaled.items.length, 1)
  })

  test('follow what the author publishes, and end with the subscription, over restarts', async () => {
    await hq.stop()
    hq = await sandbox.up('hq')
    await hq.waitPeers(1)
    // It holds the list itself, and knows it before anybody can watch.
    const { items } = await hq.call('opinion.list')
    assert.deepEqual([items.length, items[0].counts], [1, true])
    await json([...list, 'publish'], { home: alice.home })
    await hq.event('opinion.changed', { member: 'alice', opinions: 0 })
    const { opinions } = await hq.call('reputation.show', { peer: 'mallory' })
    assert.deepEqual(opinions, [])
    const { unsubscribed } = await json([...list, 'unsubscribe', 'alice'], { home: hq.home })
    assert.equal(unsubscribed, true)
    assert.deepEqual((await json([...list, 'ls'], { home: hq.home })).items, [])
  })

  test('of nobody, of oneself and of strangers are refused with the code that says why', async () => {
    const at = { home: hq.home }
    await refused('NODE_UNKNOWN', [...list, 'subscribe', 'nobody'], at)
    await refused('INVALID_ARGUMENT', [...list, 'subscribe', 'office'], at)
    await refused('NODE_UNKNOWN', [...list, 'publish', '--about', 'nobody'], at)
    await refused('USAGE', [...list, 'subscribe'], at)
    await refused('USAGE', [...list, 'praise'], at)
  })
})
