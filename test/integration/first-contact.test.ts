import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as z from 'zod'
import { accept, type Verdict } from '../../src/encoding/verdict.ts'
import { LIMITS } from '../../src/limits.ts'
import { silentLogger } from '../../src/log.ts'
import type { MissingNews } from '../../src/overlay/missing-news.ts'
import type { Protocol } from '../../src/overlay/protocol.ts'
import { createRequests, type Requests } from '../../src/overlay/requests.ts'
import {
  createOverlayNetwork,
  type OverlayNetwork,
  type TestNode,
  until
} from '../support/overlay-network.ts'

function protocol(name: string, more: { bringsNews?: true } = {}): Protocol<object, object> {
  const bounds = { requestBytesMax: 64, responseBytesMax: 64, deadlineMs: 60_000 }
  const empty = z.strictObject({})
  return { id: `/test/${name}/1.0.0`, request: empty, response: empty, ...bounds, ...more }
}

const ORDINARY = protocol('ordinary')
const NEWS = protocol('news', { bringsNews: true })

/** A node that serves both protocols and remembers whom it has served. */
interface Server {
  readonly node: TestNode
  readonly requests: Requests
  readonly served: string[]
}

function outcomeOf(verdict: Verdict<unknown>): string {
  return verdict.ok ? 'answered' : verdict.fault
}

describe('[SR-ADM-7] a node that was away during a revocation', { timeout: 60_000 }, () => {
  let network: OverlayNetwork
  before(() => {
    network = createOverlayNetwork('first-contact')
  })
  after(async () => network.stop())

  async function serve(
    name: string,
    news?: (node: TestNode) => Pick<MissingNews, 'arrival'>
  ): Promise<Server> {
    const node = await network.node(name, 'node')
    const { libp2p, certified } = node.host
    const { clock } = network
    const requests = createRequests({
      ...{ libp2p, certified, clock, scheduler: clock, log: silentLogger },
      ...(news === undefined ? {} : { news: news(node) })
    })
    const served: string[] = []
    for (const each of [ORDINARY, NEWS]) {
      await requests.serve(each, async (_, { member }) => {
        served.push(`${member} ${each.id}`)
        return accept({})
      })
    }
    return { node, requests, served }
  }

  async function connect(from: TestNode, to: TestNode): Promise<void> {
    assert.ok((await from.dial(to)).ok)
    await until(to, () => to.host.peer(from.nodeId) !== undefined)
  }

  /** Mallory is connected; then comes bob, who knows of the revocation. */
  async function meet(name: string, news?: (node: TestNode) => Pick<MissingNews, 'arrival'>) {
    const alice = await serve(`${name}-alice`, news)
    const mallory = await serve(`${name}-mallory`)
    alice.node.sync()
    await connect(mallory.node, alice.node)
    const bob = await network.node(`${name}-bob`, 'node')
    alice.node.sync()
    const { nodeId } = mallory.node
    await network.authority.revoke({ by: 'node', value: nodeId, reason: 'test' })
    bob.sync()
    await connect(bob, alice.node)
    const call = (of: Protocol<object, object>) =>
      mallory.requests.call(alice.node.nodeId, of, {}).then(outcomeOf)
    return { alice, bob, call }
  }

  const waiting = (node: TestNode) => node.host.news

  test('serves the revoked one nothing from the moment that a peer is ahead', async () => {
    const { alice, call } = await meet('defended', waiting)
    const asked = call(ORDINARY)
    assert.equal(await call(NEWS), 'answered')
    alice.node.sync()
    await alice.node.host.rejudge()
    assert.equal(await asked, 'CONNECTION_CLOSED')
    assert.deepEqual(alice.served, ['defended-mallory /test/news/1.0.0'])
  })

  test('control: without the wait the revoked one is served', async () => {
    const { alice, call } = await meet('control')
    assert.equal(await call(ORDINARY), 'answered')
    assert.deepEqual(alice.served, ['control-mallory /test/ordinary/1.0.0'])
  })

  test('waits for what does not come only so long, and once', async () => {
    const { alice, bob, call } = await meet('bounded', waiting)
    const { news } = alice.node.host
    const arrival = news.arrival()
    assert.ok(arrival)
    network.clock.advance(LIMITS.newsWaitMs)
    await arrival
    assert.equal(await call(ORDINARY), 'answered')
    await bob.host.cut(alice.node.nodeId, 'DISCONNECTED')
    await until(alice.node, () => alice.node.host.peer(bob.nodeId) === undefined)
    await connect(bob, alice.node)
    assert.equal(news.arrival(), undefined)
  })
})
