import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import * as z from 'zod'
import { accept, type Verdict } from '../../src/encoding/verdict.ts'
import { type Logger, silentLogger } from '../../src/log.ts'
import type { Protocol } from '../../src/overlay/protocol.ts'
import { createRequests, type Requests } from '../../src/overlay/requests.ts'
import {
  createOverlayNetwork,
  type OverlayNetwork,
  type TestNode,
  until
} from '../support/overlay-network.ts'

/** A question that is answered when the test says so. */
const SLOW: Protocol<object, object> = {
  id: '/test/slow/1.0.0',
  request: z.strictObject({}),
  response: z.strictObject({}),
  requestBytesMax: 64,
  responseBytesMax: 64,
  deadlineMs: 60_000
}

/** A node that serves {@link SLOW}. */
interface Server {
  readonly node: TestNode
  readonly requests: Requests
  /** The next question that has come in. */
  asked(): Promise<AbortSignal>
  answer(): void
  /** What the serving end has logged, with its level. */
  readonly logged: readonly string[]
}

async function serve(network: OverlayNetwork, node: TestNode): Promise<Server> {
  const { libp2p, certified } = node.host
  const { clock } = network
  const logged: string[] = []
  const keep =
    (level: string): Logger['debug'] =>
    (event, fields) =>
      void logged.push(`${level} ${event} ${fields?.['code']}`)
  const log = { ...silentLogger, debug: keep('debug'), error: keep('error') }
  const requests = createRequests({ libp2p, certified, clock, scheduler: clock, log })
  let asked = Promise.withResolvers<AbortSignal>()
  let held = Promise.withResolvers<void>()
  await requests.serve(SLOW, async (_, __, { signal }) => {
    asked.resolve(signal)
    await held.promise
    return accept({})
  })
  return {
    node,
    requests,
    logged,
    async asked() {
      const signal = await asked.promise
      asked = Promise.withResolvers()
      return signal
    },
    answer() {
      held.resolve()
      held = Promise.withResolvers()
    }
  }
}

function faultOf(verdict: Verdict<unknown>): string {
  return verdict.ok ? 'answered' : verdict.fault
}

describe('[SR-ADM-7] requests under way when a peer is revoked', { timeout: 60_000 }, () => {
  let network: OverlayNetwork
  let alice: Server
  before(async () => {
    network = createOverlayNetwork('revocation')
    alice = await serve(network, await network.node('alice', 'laptop'))
  })
  after(async () => network.stop())

  async function connected(member: string): Promise<Server> {
    const peer = await serve(network, await network.node(member, 'server'))
    alice.node.sync()
    assert.ok((await peer.node.dial(alice.node)).ok)
    await until(alice.node, () => alice.node.host.peer(peer.node.nodeId) !== undefined)
    return peer
  }

  async function revoke({ nodeId }: TestNode): Promise<void> {
    await network.authority.revoke({ by: 'node', value: nodeId, reason: 'test' })
    alice.node.sync()
    await alice.node.host.rejudge()
  }

  test('to it fail with the code, at once; to others are answered', async () => {
    const mallory = await connected('mallory')
    const bob = await connected('bob')
    const lost = alice.requests.call(mallory.node.nodeId, SLOW, {})
    const kept = alice.requests.call(bob.node.nodeId, SLOW, {})
    await Promise.all([mallory.asked(), bob.asked()])
    await revoke(mallory.node)
    assert.equal(faultOf(await lost), 'CERTIFICATE_REVOKED')
    bob.answer()
    assert.equal(faultOf(await kept), 'answered')
    const again = await alice.requests.call(mallory.node.nodeId, SLOW, {})
    assert.equal(faultOf(again), 'PEER_NOT_CONNECTED')
  })

  test('from it are given up with the code, and no answer reaches it', async () => {
    const mallory = await connected('mallory-asks')
    const bob = await connected('bob-asks')
    const lost = mallory.requests.call(alice.node.nodeId, SLOW, {})
    const signal = await alice.asked()
    const kept = bob.requests.call(alice.node.nodeId, SLOW, {})
    await alice.asked()
    await revoke(mallory.node)
    assert.equal(faultOf(await lost), 'CONNECTION_CLOSED')
    assert.ok(signal.aborted)
    assert.equal((signal.reason as { code?: string }).code, 'CERTIFICATE_REVOKED')
    alice.answer()
    assert.equal(faultOf(await kept), 'answered')
    // That this node has cut the peer is no failure of it.
    assert.deepEqual(alice.logged, ['debug request.stream-cut CERTIFICATE_REVOKED'])
  })
})
