import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as z from 'zod'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { accept, refuse } from '../../../src/encoding/verdict.ts'
import { type NodeId, nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { createFlood } from '../../../src/overlay/flood.ts'
import type { Protocol } from '../../../src/overlay/protocol.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { type Interceptor, MemoryNetwork } from '../../support/memory-overlay.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { settle } from '../../support/trust-sync-network.ts'

const words = z.strictObject({ words: z.array(z.string()).max(3) })

const GOSSIP: Protocol<{ words: string[] }, Record<string, never>> = {
  ...{ id: '/peerage/gossip/1.0.0', request: words, response: z.strictObject({}) },
  ...{ requestBytesMax: 1024, responseBytesMax: 64, deadlineMs: LIMITS.requestMs }
}

interface Kind {
  readonly gatherMs?: number
  readonly about?: (word: string) => NodeId
  /** What no node wants to hear. */
  readonly unwanted?: string
}

/** Nodes that pass on words, all connected. */
async function createScene(seed: string, count: number, kind: Kind = {}) {
  const time = new FakeTime()
  const memory = new MemoryNetwork()
  const random = seededRandom(seed)
  const nodes = await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const nodeId = nodeIdOf(PrivateKey.generate(random).publicKey)
      const overlay = memory.join({ nodeId, member: `m${i}`, node: 'one' })
      const heard = new Set<string>()
      const parts = { scheduler: time, random: seededRandom(`${seed}/${i}`), logger: silentLogger }
      const learn = (told: readonly string[], from?: NodeId) => {
        const news = told.filter((word) => !heard.has(word))
        for (const word of news) heard.add(word)
        flood.spread(news, from)
      }
      const flood = createFlood<string, { words: string[] }, Record<string, never>>(
        { overlay, ...parts },
        {
          ...{ protocol: GOSSIP, perMessage: 3, request: (...told) => ({ words: told }) },
          hear({ words: told }, from) {
            if (told.some((word) => word === kind.unwanted)) return refuse('EVIDENCE_INVALID')
            learn(told, from)
            return accept({})
          },
          known: () => [...heard],
          ...(kind.gatherMs === undefined ? {} : { gatherMs: kind.gatherMs }),
          ...(kind.about === undefined ? {} : { about: kind.about })
        }
      )
      await flood.start()
      return { nodeId, overlay, heard, flood, say: (...told: string[]) => learn(told) }
    })
  )
  const at = (i: number) => nodes.at(i) ?? assert.fail()

  /** Leaves the connections between neighbors only. */
  function stringOut(): void {
    for (const [i, a] of nodes.entries()) {
      for (const [j, b] of nodes.entries()) if (Math.abs(i - j) > 1) a.overlay.unlink(b.nodeId)
    }
  }

  async function pass(ms: number, stepMs = 50): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      time.advance(stepMs)
      await settle()
    }
  }

  const interceptAll = (interceptor: Interceptor) => {
    for (const { nodeId } of nodes) memory.intercept(nodeId, interceptor)
  }
  const heardBy = (word: string) => nodes.filter(({ heard }) => heard.has(word)).length
  const messages = () => nodes.reduce((sum, { overlay }) => sum + overlay.received.length, 0)
  return { time, memory, nodes, at, stringOut, pass, interceptAll, heardBy, messages }
}

/** One call in five fails: half of them when it was heard already. */
function losing(seed: string): Interceptor {
  const random = seededRandom(seed)
  const isLost = () => (random.bytes(1)[0] ?? 0) < 27
  return async (call) => {
    if (isLost()) return refuse('TIMEOUT')
    const answer = await call.pass()
    return isLost() ? refuse('TIMEOUT') : answer
  }
}

describe('[SR-CFG-2] what is news to a node', () => {
  test('comes to everybody over any connected graph, and goes nowhere twice', async () => {
    const { at, stringOut, heardBy, messages } = await createScene('line', 8)
    stringOut()
    at(0).say('hello')
    await settle()
    assert.equal(heardBy('hello'), 8)
    assert.equal(messages(), 7, 'nobody is told by whom it has told')
    at(0).say('hello')
    await settle()
    assert.equal(messages(), 7)
  })

  test('is told to all peers at once: one that does not answer keeps nobody waiting', async () => {
    const { at, memory, heardBy } = await createScene('silent', 6)
    memory.intercept(at(1).nodeId, () => new Promise(() => {}))
    at(0).say('hello')
    await settle()
    assert.equal(heardBy('hello'), 5)
  })

  test('comes to everybody while a fifth of the messages is lost', async () => {
    for (const seed of ['a', 'b', 'c', 'd', 'e']) {
      const scene = await createScene(seed, 8)
      scene.stringOut()
      scene.interceptAll(losing(seed))
      for (let i = 0; i < 20; i++) scene.at(i % 8).say(`${seed}${i}`)
      await scene.pass(LIMITS.syncIntervalMs - 100, 100)
      for (let i = 0; i < 20; i++) assert.equal(scene.heardBy(`${seed}${i}`), 8, `${seed}${i}`)
    }
  })

  test('without being sent again it would not', async () => {
    const scene = await createScene('a', 8)
    scene.stringOut()
    scene.interceptAll(losing('a'))
    for (let i = 0; i < 20; i++) scene.at(i % 8).say(`a${i}`)
    await settle()
    const missing = Array.from({ length: 20 }, (_, i) => scene.heardBy(`a${i}`) < 8)
    assert.ok(missing.includes(true))
  })

  test('is sent again later each time, and not for ever', async () => {
    const { at, nodes, memory, pass } = await createScene('again', 2)
    const tries: number[] = []
    let now = 0
    memory.intercept(at(1).nodeId, async () => {
      tries.push(now)
      return refuse('TIMEOUT')
    })
    at(0).say('one')
    at(0).say('two')
    await settle()
    for (now = 100; now < LIMITS.syncIntervalMs; now += 100) await pass(100, 100)
    const { announceRetryMs: ms, announceRetriesMax: most } = LIMITS
    const expected = Array.from({ length: most }, (_, i) => (2 ** (i + 1) - 1) * ms)
    // Two that were told by themselves are told together from then on.
    assert.deepEqual(tries.slice(0, 2), [0, 0])
    assert.deepEqual(tries.slice(2), expected)
    assert.equal(nodes[1]?.heard.size, 0)
  })

  test('is not kept for a peer that has gone, nor repeated when it was refused', async () => {
    const { at, memory, pass, messages } = await createScene('gone', 3, { unwanted: 'bad' })
    at(0).say('bad')
    await pass(1000)
    assert.equal(messages(), 2)
    memory.intercept(at(1).nodeId, async () => refuse('TIMEOUT'))
    at(0).say('good')
    await settle()
    const before = at(1).overlay.received.length
    memory.fail(at(1).nodeId)
    await pass(1000)
    assert.equal(at(1).overlay.received.length, before)
  })

  test('that is refused does not keep the rest from a new peer', async () => {
    const { at, memory } = await createScene('rest', 2, { unwanted: 'bad' })
    memory.fail(at(1).nodeId)
    at(0).say('a', 'bad', 'c', 'd')
    memory.recover(at(1).nodeId)
    await at(0).overlay.connect(at(1).nodeId)
    await at(0).flood.tellAll(at(1).nodeId)
    assert.deepEqual([...at(1).heard], ['d'], 'the message with the bad word is refused whole')
  })

  test('is not told to whom it is about', async () => {
    const subject: { nodeId?: NodeId } = {}
    const about = () => subject.nodeId ?? assert.fail()
    const { at, heardBy, nodes } = await createScene('about', 5, { about })
    subject.nodeId = at(2).nodeId
    at(0).say('hello')
    await settle()
    assert.equal(heardBy('hello'), 4)
    await at(0).flood.tellAll(at(2).nodeId)
    assert.equal(nodes[2]?.heard.size, 0)
  })

  test('travels together with what comes in the same moment', async () => {
    const { at, pass, heardBy, messages } = await createScene('gather', 2, { gatherMs: 30 })
    for (const word of ['a', 'b', 'c', 'd']) at(0).say(word)
    await settle()
    assert.equal(messages(), 0)
    await pass(100)
    assert.equal(heardBy('d'), 2)
    assert.equal(messages(), 2, 'three to a message')
  })

  test('comes by anti-entropy in the end, after all repetitions', async () => {
    const { at, nodes, memory, pass } = await createScene('entropy', 2)
    memory.intercept(at(1).nodeId, async () => refuse('TIMEOUT'))
    at(0).say('hello')
    await pass(LIMITS.syncIntervalMs - 100, 100)
    memory.intercept(at(1).nodeId, undefined)
    await pass(LIMITS.syncIntervalMs, 100)
    assert.ok(nodes[1]?.heard.has('hello'))
  })

  test('is told nobody any more after the end', async () => {
    const { at, nodes, pass, memory, messages } = await createScene('end', 2, { gatherMs: 30 })
    memory.intercept(at(1).nodeId, async () => refuse('TIMEOUT'))
    at(0).say('lost')
    await pass(100)
    at(0).say('gathered')
    for (const { flood } of nodes) flood.stop()
    const before = messages()
    await pass(2 * LIMITS.syncIntervalMs, 1000)
    assert.equal(messages(), before)
  })
})
