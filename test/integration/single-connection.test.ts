import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { Connection, Libp2p } from '@libp2p/interface'
import type { NodeId } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { nodeIdOfPeer } from '../../src/overlay/libp2p-identity.ts'
import { keepSingleConnections } from '../../src/overlay/single-connection.ts'
import { FakeTime } from '../support/fake-time.ts'
import { createPlainHost } from '../support/plain-host.ts'

const LIMIT = { timeout: 30_000 }

interface End {
  readonly libp2p: Libp2p
  readonly nodeId: NodeId
  readonly time: FakeTime
  readonly failures: unknown[]
}

async function createEnd(seed: string): Promise<End> {
  const libp2p = await createPlainHost(seed)
  const nodeId = nodeIdOfPeer(libp2p.peerId)
  assert.ok(nodeId)
  const end = { libp2p, nodeId, time: new FakeTime(), failures: [] as unknown[] }
  keepSingleConnections({
    libp2p,
    self: nodeId,
    scheduler: end.time,
    onFailed: (error) => end.failures.push(error)
  })
  return end
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn()
}

describe('one connection per pair', () => {
  let smaller: End
  let larger: End

  beforeEach(async () => {
    const ends = await Promise.all([createEnd('single/a'), createEnd('single/b')])
    const [first, second] = ends.toSorted((a, b) => (a.nodeId < b.nodeId ? -1 : 1))
    assert.ok(first !== undefined && second !== undefined)
    smaller = first
    larger = second
  })

  afterEach(async () => {
    await smaller.libp2p.stop()
    await larger.libp2p.stop()
  })

  function connections(end: End): Connection[] {
    return end.libp2p.getConnections()
  }

  async function dial(from: End, to: End): Promise<Connection> {
    return await from.libp2p.dial(to.libp2p.getMultiaddrs(), { force: true })
  }

  async function dialBoth(): Promise<void> {
    await Promise.all([dial(smaller, larger), dial(larger, smaller)])
    await until(() => connections(smaller).length === 2 && connections(larger).length === 2)
  }

  async function passGrace(): Promise<void> {
    for (const end of [smaller, larger]) end.time.advance(2 * LIMITS.duplicateGraceMs)
    await until(() => connections(smaller).length === 1 && connections(larger).length === 1)
  }

  test(
    'simultaneous dials converge to the connection that the smaller node id dialed',
    LIMIT,
    async () => {
      await dialBoth()
      await passGrace()
      assert.deepEqual(
        connections(smaller).map(({ direction }) => direction),
        ['outbound']
      )
      assert.deepEqual(
        connections(larger).map(({ direction }) => direction),
        ['inbound']
      )
      assert.deepEqual([...smaller.failures, ...larger.failures], [])
    }
  )

  test('both stay open until the grace has passed', LIMIT, async () => {
    await dialBoth()
    for (const end of [smaller, larger]) end.time.advance(LIMITS.duplicateGraceMs - 1)
    await turn()
    assert.deepEqual(
      [...connections(smaller), ...connections(larger)].map(({ status }) => status),
      ['open', 'open', 'open', 'open']
    )
  })

  test('the larger node id ends the surplus when the smaller one does not', LIMIT, async () => {
    await dialBoth()
    larger.time.advance(2 * LIMITS.duplicateGraceMs)
    await until(() => connections(larger).length === 1)
    await until(() => connections(smaller).length === 1)
    assert.deepEqual(
      connections(larger).map(({ direction }) => direction),
      ['inbound']
    )
  })

  test('the second connection stays when the first has ended meanwhile', LIMIT, async () => {
    await dialBoth()
    const kept = connections(smaller).find(({ direction }) => direction === 'outbound')
    kept?.abort(new Error('cable cut'))
    await until(() => connections(smaller).length === 1 && connections(larger).length === 1)
    for (const end of [smaller, larger]) end.time.advance(10 * LIMITS.duplicateGraceMs)
    for (let i = 0; i < 20; i++) await turn()
    assert.deepEqual(
      connections(smaller).map(({ status }) => status),
      ['open']
    )
    assert.deepEqual(
      connections(larger).map(({ status }) => status),
      ['open']
    )
  })

  test('many dials in both directions end in one connection too', LIMIT, async () => {
    // One after the other: libp2p joins dials of one host to one peer that are under way together.
    for (let round = 1; round <= 3; round++) {
      await Promise.all([dial(smaller, larger), dial(larger, smaller)])
    }
    await until(() => connections(smaller).length === 6 && connections(larger).length === 6)
    await passGrace()
    assert.deepEqual(
      connections(smaller).map(({ direction }) => direction),
      ['outbound']
    )
  })
})
