import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { refuse } from '../../../src/encoding/verdict.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { type AckStore, createAckBook, createAcks } from '../../../src/protocols/acks/index.ts'
import { createTrustSync } from '../../../src/protocols/trust-sync/index.ts'
import { sealAck } from '../../../src/trust/ack.ts'
import type { TrustLog } from '../../../src/trust/trust-log.ts'
import { MemoryNetwork } from '../../support/memory-overlay.ts'
import { seededRandom } from '../../support/seeded-random.ts'
import { createTestNetwork } from '../../support/trust-network.ts'
import { settle } from '../../support/trust-sync-network.ts'

function memoryStore(): AckStore {
  const saved = new Map<string, Uint8Array>()
  return {
    load: () => [...saved.values()],
    save(acks) {
      for (const { nodeId, bytes } of acks) saved.set(nodeId, bytes)
    }
  }
}

/** Enrolled nodes, each with its log, in a line or all connected; the first has the authority. */
async function createScene(seed: string, count: number) {
  const trust = createTestNetwork(seed)
  const { clock, authority } = trust
  const random = seededRandom(`${seed}/keys`)
  const memory = new MemoryNetwork()
  const keys = Array.from({ length: count }, () => PrivateKey.generate(random))
  for (const [i, { publicKey }] of keys.entries()) {
    const grant = { member: `m${i}`, node: 'one', groups: [], publicKey }
    await authority.enroll({ ...grant, method: 'invite', assurance: 1, invite: '' })
  }
  const nodes = await Promise.all(
    keys.map(async (key, i) => {
      const log: TrustLog = i === 0 ? trust.log : trust.newcomer()
      const nodeId = nodeIdOf(key.publicKey)
      const overlay = memory.join({ nodeId, member: `m${i}`, node: 'one' })
      const parts = { overlay, log, scheduler: clock, random: seededRandom(`n${i}`) }
      const store = memoryStore()
      const book = createAckBook(log, store)
      const acks = createAcks({ ...parts, book, key, clock, logger: silentLogger })
      log.onAdvance(() => acks.acknowledge())
      const sync = createTrustSync({ ...parts, logger: silentLogger })
      await sync.start()
      await acks.start()
      return { nodeId, key, log, overlay, book, store, acks, sync }
    })
  )
  for (const node of nodes.slice(1)) {
    await node.sync.pull(nodes[0]?.nodeId ?? node.nodeId)
  }

  function stringOut(): void {
    for (const [i, a] of nodes.entries()) {
      for (const [j, b] of nodes.entries()) {
        if (Math.abs(i - j) > 1) a.overlay.unlink(b.nodeId)
      }
    }
  }

  async function pass(ms: number, stepMs = 10): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      clock.advance(stepMs)
      await settle()
    }
  }

  const first = () => nodes[0] ?? assert.fail()
  const appliedAt = (index: number) =>
    nodes.filter(({ nodeId }) => (first().book.of(nodeId)?.size ?? 0) > index).length
  return { ...trust, memory, nodes, first, appliedAt, stringOut, pass }
}

describe('[SR-CFG-2] acknowledgments of an entry', () => {
  test('come from every node, over any connected graph', async () => {
    const { authority, appliedAt, stringOut, pass, nodes } = await createScene('acks', 8)
    await pass(1000)
    stringOut()
    const { index } = await authority.decide({
      type: 'member-suspended',
      member: 'm7',
      reason: ''
    })
    await pass(1000)
    assert.equal(appliedAt(index), 8)
    for (const { book } of nodes) assert.equal(book.all().length, 8)
  })

  test('come in spite of messages that are lost, and after a partition heals', async () => {
    const { authority, appliedAt, stringOut, pass, nodes, memory } = await createScene('loss', 6)
    await pass(1000)
    stringOut()
    const random = seededRandom('loss')
    for (const { nodeId } of nodes) {
      memory.intercept(nodeId, async (call) =>
        (random.bytes(1)[0] ?? 0) < 51 ? refuse('TIMEOUT') : await call.pass()
      )
    }
    const [a, b] = [nodes[2] ?? assert.fail(), nodes[3] ?? assert.fail()]
    a.overlay.unlink(b.nodeId)
    b.overlay.unlink(a.nodeId)
    const { index } = await authority.decide({
      type: 'member-suspended',
      member: 'm5',
      reason: ''
    })
    await pass(5000, 50)
    assert.equal(appliedAt(index), 3)
    await a.overlay.connect(b.nodeId)
    await pass(5 * LIMITS.syncIntervalMs, 1000)
    assert.equal(appliedAt(index), 6)
  })

  test('are kept on disk and judged again when they are read', async () => {
    const { first, appliedAt, authority, pass } = await createScene('kept', 3)
    const { index } = await authority.decide({
      type: 'member-suspended',
      member: 'm2',
      reason: ''
    })
    await pass(1000)
    assert.equal(appliedAt(index), 3)
    const { log, store } = first()
    assert.equal(createAckBook(log, store).all().length, 3)
  })

  test('are refused of strangers, for another history, for the future, and when forged', async () => {
    const { first, network, log, random, nodes, pass } = await createScene('forged', 2)
    await pass(1000)
    const { book } = first()
    const before = book.all().map((ack) => ack.bytes)
    const { key } = nodes[1] ?? assert.fail()
    const content = { network, size: log.size, root: log.rootAt(log.size), time: 0 }
    const wrong = [
      sealAck(content, PrivateKey.generate(random)),
      sealAck({ ...content, root: new Uint8Array(32) }, key),
      sealAck({ ...content, size: log.size + 1 }, key),
      sealAck(content, key).fill(0, -1),
      new Uint8Array(LIMITS.ackBytesMax + 1),
      new Uint8Array()
    ]
    assert.deepEqual(book.learn(wrong), [])
    assert.deepEqual(
      book.all().map((ack) => ack.bytes),
      before
    )
  })

  test('that comes before its entry counts when the entry is there', async () => {
    const { first, authority, nodes, network, log } = await createScene('early', 3)
    const { book, log: copy } = nodes[2] ?? assert.fail()
    const before = copy.size
    const [ahead, early] = [first(), nodes[1] ?? assert.fail()]
    for (const { overlay } of nodes) overlay.unlinkAll()
    await authority.decide({ type: 'member-suspended', member: 'm0', reason: '' })
    const content = { network, size: log.size, root: log.rootAt(log.size), time: 0 }
    assert.deepEqual(book.learn([sealAck(content, early.key)]), [])
    assert.deepEqual(book.ripen(), [], 'nor is it there yet')
    copy.advance({ checkpoint: log.head().bytes, entries: log.entries(before, log.size) })
    assert.equal(book.of(early.nodeId)?.size, log.size)
    assert.notEqual(book.of(ahead.nodeId)?.size, log.size, 'nobody has said so')
  })

  test('of less than was said before change nothing', async () => {
    const { first, network, log, nodes, pass } = await createScene('less', 2)
    await pass(1000)
    const { key, nodeId } = nodes[1] ?? assert.fail()
    const size = log.size - 1
    const less = sealAck({ network, size, root: log.rootAt(size), time: 0 }, key)
    assert.equal(first().book.of(nodeId)?.size, log.size)
    assert.deepEqual(first().book.learn([less]), [])
  })
})
