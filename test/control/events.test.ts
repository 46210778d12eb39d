import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import {
  eventNotification,
  laggedNotification,
  topicPatterns
} from '../../src/control/event-schemas.ts'
import { createEventHub, type EventHub, type NodeEvent } from '../../src/control/events.ts'
import { PeerageError } from '../../src/errors.ts'
import { LIMITS } from '../../src/limits.ts'
import { testControl } from '../support/control.ts'
import { FakeTime } from '../support/fake-time.ts'

const TIMEOUT = { timeout: 30_000 }
const ROOT = `sha256:${'0'.repeat(64)}`
const NODE_ID = '12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp'

describe('the event hub', () => {
  test('gives the events of the topics, in order, with time and cursor', () => {
    const { hub, time } = newHub()
    const all = reader(hub, ['*'])
    const peers = reader(hub, ['peer.*'])
    const trust = reader(hub, ['trust.advanced'])
    hub.publish('node.ready', { nodeId: NODE_ID })
    time.advance(1500)
    hub.publish('peer.closed', { nodeId: NODE_ID })
    advance(hub, 2)
    assert.deepEqual(topicsOf(all), ['node.ready', 'peer.closed', 'trust.advanced'])
    assert.deepEqual(topicsOf(peers), ['peer.closed'])
    assert.deepEqual(topicsOf(trust), ['trust.advanced'])
    assert.deepEqual(all.events[1], {
      topic: 'peer.closed',
      time: '2026-01-01T00:00:01.500Z',
      cursor: all.events[1]?.cursor,
      data: { nodeId: NODE_ID }
    })
    assert.equal(new Set(all.events.map(({ cursor }) => cursor)).size, 3)
  })

  test('delivers nothing before the subscriber is ready, then everything since', () => {
    const { hub } = newHub()
    const late = reader(hub, ['*'], { isReady: false })
    advance(hub, 1)
    assert.equal(late.events.length, 0)
    late.subscription.resume()
    assert.equal(late.events.length, 1)
  })

  test('continues after a cursor', () => {
    const { hub } = newHub()
    const first = reader(hub, ['*'])
    for (let size = 1; size <= 5; size++) advance(hub, size)
    const since = first.events[1]?.cursor
    const second = reader(hub, ['*'], { since })
    assert.deepEqual(second.events, first.events.slice(2))
    assert.equal(second.subscription.cursor, since)
    const third = reader(hub, ['*'], { since: first.subscription.cursor })
    assert.deepEqual(third.events, first.events)
  })

  test('waits for a slow subscriber without keeping anything for it', () => {
    const { hub } = newHub()
    const slow = reader(hub, ['*'], { takes: 1 })
    const fast = reader(hub, ['*'])
    for (let size = 1; size <= 4; size++) advance(hub, size)
    assert.deepEqual([slow.events.length, fast.events.length], [1, 4])
    slow.subscription.resume()
    assert.equal(slow.events.length, 2)
    slow.subscription.resume()
    slow.subscription.resume()
    assert.deepEqual(slow.events, fast.events)
  })

  test('[SR-TC-2] ends a subscriber that lags by more than the backlog, and only that one', () => {
    const { hub } = newHub()
    const slow = reader(hub, ['*'], { takes: 1 })
    const fast = reader(hub, ['*'])
    for (let size = 1; size <= LIMITS.eventBacklogMax + 1; size++) advance(hub, size)
    assert.deepEqual(slow.dropped, [])
    advance(hub, 0)
    assert.deepEqual(slow.dropped, [1])
    advance(hub, 0)
    slow.subscription.resume()
    assert.deepEqual(slow.dropped, [1])
    assert.equal(slow.events.length, 1)
    assert.equal(fast.events.length, LIMITS.eventBacklogMax + 3)
  })

  test('refuses a cursor whose events are gone, of another start, or invented', () => {
    const { hub, time } = newHub()
    const { cursor } = reader(hub, ['*']).subscription
    time.advance(1)
    const restarted = createEventHub({ clock: time })
    assert.throws(() => reader(restarted, ['*'], { since: cursor }), isLagged)
    for (const since of [
      '',
      'x',
      `${cursor}0`,
      cursor.replace('.0', '.1'),
      cursor.replace('.', '.0')
    ]) {
      assert.throws(() => reader(hub, ['*'], { since }), isLagged, since)
    }
    for (let size = 0; size < LIMITS.eventBacklogMax; size++) advance(hub, size)
    reader(hub, ['*'], { since: cursor })
    advance(hub, 0)
    assert.throws(() => reader(hub, ['*'], { since: cursor }), isLagged)
  })

  test('gives nothing after the end', () => {
    const { hub } = newHub()
    const ended = reader(hub, ['*'])
    ended.subscription.end()
    advance(hub, 1)
    ended.subscription.resume()
    assert.equal(ended.events.length, 0)
  })
})

describe('events.subscribe', () => {
  test('sends notifications of the documented form after the answer', async (t) => {
    const { raw, hub, observe } = await testControl(t)
    const client = await raw(observe)
    const { result } = await client.ask('events.subscribe', { topics: ['peer.*'] })
    hub.publish('node.ready', { nodeId: NODE_ID })
    const data = { nodeId: NODE_ID, node: 'laptop', member: 'alice', direction: 'inbound' } as const
    hub.publish('peer.admitted', data)
    const { id, method, params } = await client.line()
    assert.equal(id, undefined)
    assert.equal(method, 'events.event')
    assert.deepEqual(eventNotification.parse(params), params)
    assert.equal(params?.['subscriptionId'], result?.['subscriptionId'])
    assert.deepEqual(params?.['data'], data)
  })

  test('replays what happened since a cursor, after the answer', async (t) => {
    const { raw, hub } = await testControl(t)
    const first = await raw()
    const { result } = await first.ask('events.subscribe', {})
    first.close()
    for (const size of [1, 2, 3]) advance(hub, size)
    const second = await raw()
    const again = await second.ask('events.subscribe', { since: result?.['cursor'] })
    assert.ok(again.result)
    for (const size of [1, 2, 3]) {
      assert.deepEqual((await second.line()).params?.['data'], { size, root: ROOT, added: 1 })
    }
  })

  test('is refused with EVENTS_LAGGED for a cursor that is not kept', async (t) => {
    const { raw } = await testControl(t)
    const { error } = await (await raw()).ask('events.subscribe', { since: 'old.7' })
    assert.equal(error?.data['code'], 'EVENTS_LAGGED')
  })

  test('events.unsubscribe ends it, once', async (t) => {
    const { raw, hub } = await testControl(t)
    const client = await raw()
    await client.ask('events.subscribe')
    assert.ok((await client.ask('events.unsubscribe', ['s1'])).result)
    advance(hub, 1)
    const { error } = await client.ask('events.unsubscribe', ['s1'])
    assert.equal(error?.data['code'], 'NOT_FOUND')
  })

  test('a connection has a bounded number of them', async (t) => {
    const { raw } = await testControl(t)
    const client = await raw()
    for (let i = 0; i < LIMITS.subscriptionsPerConnectionMax; i++) {
      assert.ok((await client.ask('events.subscribe')).result)
    }
    const { error } = await client.ask('events.subscribe')
    assert.equal(error?.data['code'], 'TOO_MANY_REQUESTS')
  })

  test(
    '[SR-TC-2] a subscriber that does not read is told that it lags, then cut',
    TIMEOUT,
    async (t) => {
      const { raw, hub, time } = await testControl(t)
      const client = await raw()
      await client.ask('events.subscribe')
      client.socket.pause()
      // Far more than the buffers of the system take and the backlog keeps.
      const big = `x${'y'.repeat(10_000)}`
      for (let i = 0; i < LIMITS.eventBacklogMax + 200; i++)
        hub.publish('node.stopping', { reason: big })
      client.socket.resume()
      let last = await client.line()
      while (last.method === 'events.event') last = await client.line()
      assert.equal(last.method, 'events.lagged')
      const lagged = laggedNotification.parse(last.params)
      assert.equal(lagged.error.data['code'], 'EVENTS_LAGGED')
      assert.ok(lagged.dropped > 0)
      time.advance(LIMITS.rpcFlushMs)
      await client.closed
    }
  )

  test('offers every noun as a whole', () => {
    assert.ok(
      ['*', 'node.*', 'peer.*', 'trust.*', 'record.*', 'invite.*'].every((p) =>
        topicPatterns.includes(p)
      )
    )
    assert.equal(z.array(z.string()).parse(topicPatterns).length, new Set(topicPatterns).size)
  })
})

function newHub(): { hub: EventHub; time: FakeTime } {
  const time = new FakeTime()
  return { hub: createEventHub({ clock: time }), time }
}

function advance(hub: EventHub, size: number): void {
  hub.publish('trust.advanced', { size, root: ROOT, added: 1 })
}

interface ReaderInit {
  readonly since?: string | undefined
  readonly isReady?: boolean
  /** Events that it takes before it asks to wait. */
  readonly takes?: number
}

function reader(hub: EventHub, topics: string[], init: ReaderInit = {}) {
  const events: NodeEvent[] = []
  const dropped: number[] = []
  const subscription = hub.subscribe({
    topics,
    since: init.since,
    deliver: (event) => {
      events.push(event)
      return init.takes === undefined
    },
    lagged: (count) => dropped.push(count)
  })
  if (init.isReady !== false) subscription.resume()
  return { events, dropped, subscription }
}

function topicsOf({ events }: { events: readonly NodeEvent[] }): string[] {
  return events.map(({ topic }) => topic)
}

function isLagged(error: unknown): boolean {
  return error instanceof PeerageError && error.code === 'EVENTS_LAGGED'
}
