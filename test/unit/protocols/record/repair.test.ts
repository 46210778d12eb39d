import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { LIMITS } from '../../../../src/limits.ts'
import { NOTE } from '../../../../src/records/built-in-kinds.ts'
import {
  membersOf,
  type RecordNetwork,
  type RecordNode,
  recordNetwork,
  text
} from '../../../support/record-network.ts'

const MINUTE = 60_000

/** Moves time in small steps, and lets everything that became due end before the next. */
async function pass({ time, nodes }: RecordNetwork, ms: number): Promise<void> {
  for (let moved = 0; moved < ms; moved += 1000) {
    time.advance(1000)
    for (let turns = 0; turns < 20; turns++) await turn()
  }
  await Promise.all(nodes.map(({ records }) => records.idle()))
}

/** How many of the nodes that are up hold version `version` of a record. */
function copies(nodes: readonly RecordNode[], name: string, version = 1): number {
  return nodes.filter(({ records }) =>
    records.list({}).items.some((item) => item.name === name && item.version === version)
  ).length
}

function up({ network, nodes }: RecordNetwork): RecordNode[] {
  return nodes.filter(({ nodeId }) => network.find(nodeId) !== undefined)
}

function nodeOf({ nodes }: RecordNetwork, i: number): RecordNode {
  const node = nodes[i]
  assert.ok(node !== undefined)
  return node
}

const hello = Buffer.from('hello')
const names = Array.from({ length: 6 }, (_, i) => `n${i}`)

describe('repair', () => {
  test('30 % of the nodes gone at once: all is readable, and within 60 s there are as many copies again', async () => {
    await using net = await recordNetwork(membersOf(20))
    net.declare({ ...NOTE, copies: 7 })
    const writer = nodeOf(net, 0)
    for (const name of names) {
      await writer.records.put({ kind: 'note', name, value: Buffer.from(name) })
    }
    for (const { nodeId } of net.nodes.slice(14)) net.network.fail(nodeId)
    const reader = nodeOf(net, 5)
    for (const name of names) {
      const got = await reader.records.get({ kind: 'note', name, owner: 'a' })
      assert.equal(text(got.value), name)
    }
    assert.ok(names.some((name) => copies(up(net), name) < 7))
    await pass(net, MINUTE)
    for (const name of names) assert.ok(copies(up(net), name) >= 7, name)
  })

  test('who joins is given what it is to hold', async () => {
    await using net = await recordNetwork(membersOf(4))
    const [writer, joiner] = [nodeOf(net, 0), nodeOf(net, 3)]
    net.hide(joiner.nodeId)
    for (const name of names) {
      await writer.records.put({ kind: 'note', name, value: Buffer.from(name) })
    }
    assert.equal(joiner.records.list({}).items.length, 0)
    net.enroll(joiner.nodeId)
    await pass(net, MINUTE)
    assert.equal(joiner.records.list({}).items.length, names.length)
  })

  test('[SR-STO-2] hand-over prolongs nothing: who joins late has a record as long as everybody, never longer', async () => {
    await using net = await recordNetwork(membersOf(4))
    const [writer, joiner] = [nodeOf(net, 0), nodeOf(net, 3)]
    net.hide(joiner.nodeId)
    const lifetimeMs = 5 * MINUTE
    const put = await writer.records.put({ kind: 'note', name: 'n', value: hello, lifetimeMs })
    await pass(net, MINUTE)
    net.enroll(joiner.nodeId)
    await pass(net, MINUTE)
    const [late] = joiner.records.list({}).items
    assert.equal(late?.expiresAt, put.expiresAt)
    net.time.jump(put.expiresAt)
    assert.equal(copies(net.nodes, 'n'), 0)
    await pass(net, LIMITS.recordCollectMs)
    for (const { store } of net.nodes) assert.deepEqual(store.list({ limit: 1 }).records, [])
  })

  test('[SR-STO-2] what has expired is never handed over, though it is still on disk', async () => {
    await using net = await recordNetwork(membersOf(4))
    const [writer, joiner] = [nodeOf(net, 0), nodeOf(net, 3)]
    net.hide(joiner.nodeId)
    const put = await writer.records.put({ kind: 'note', name: 'n', value: hello })
    net.time.jump(put.expiresAt)
    assert.equal(writer.store.list({ limit: 1 }).records.length, 1)
    net.enroll(joiner.nodeId)
    await writer.records.repair()
    await writer.records.handOver()
    assert.deepEqual(joiner.store.list({ limit: 1 }).records, [])
  })

  test('[SR-INT-3] a partition heals to the newest version everywhere', async () => {
    await using net = await recordNetwork(['a/desk', 'a/lap', 'b/desk', 'c/desk'])
    const [desk, lap, b, c] = [nodeOf(net, 0), nodeOf(net, 1), nodeOf(net, 2), nodeOf(net, 3)]
    const put = (node: RecordNode, value: string) =>
      node.records.put({ kind: 'note', name: 'n', value: Buffer.from(value) })
    await put(desk, 'first')
    for (const { nodeId } of [lap, c]) net.network.fail(nodeId)
    assert.equal((await put(desk, 'second')).version, 2)
    assert.equal(copies([desk, b], 'n', 2), 2)
    assert.equal(copies([lap, c], 'n', 1), 2)
    for (const node of [lap, c]) {
      net.network.recover(node.nodeId)
      for (const other of net.nodes) await node.overlay.connect(other.nodeId)
    }
    await pass(net, MINUTE)
    assert.equal(copies(net.nodes, 'n', 2), 4)
  })

  test('what is the same everywhere costs one hash a range, and no record', async () => {
    await using net = await recordNetwork(membersOf(4))
    const writer = nodeOf(net, 0)
    for (const name of names) {
      await writer.records.put({ kind: 'note', name, value: Buffer.from(name) })
    }
    const other = nodeOf(net, 1)
    for (const { overlay } of net.nodes) overlay.received.length = 0
    const done = await other.records.repair()
    const { records, compared, differing, restored, failed } = done
    assert.deepEqual([records, compared, differing, restored, failed], [6, 3, 0, 0, 0])
    const asked = net.nodes.flatMap(({ overlay }) =>
      overlay.received.map(({ request }) => (request as { ask: string }).ask)
    )
    assert.deepEqual(asked, ['compare', 'compare', 'compare'])
  })

  test('a record that was damaged on disk is brought again by the others', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [writer, holder] = [nodeOf(net, 0), nodeOf(net, 1)]
    await writer.records.put({ kind: 'note', name: 'n', value: Buffer.from('hello') })
    holder.database.prepare("UPDATE records SET bytes = x'00'").run()
    assert.equal(copies([holder], 'n'), 0)
    await pass(net, MINUTE)
    assert.equal(copies([holder], 'n'), 1)
  })

  test('[SR-INT-3] where the mark of a record was damaged no older version is taken, and it is made again', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [writer, holder] = [nodeOf(net, 0), nodeOf(net, 1)]
    const put = () => writer.records.put({ kind: 'note', name: 'n', value: hello })
    await put()
    const [old] = holder.records.list({}).items
    const { version } = await put()
    assert.ok(old !== undefined && version === 2)
    holder.database.prepare('UPDATE record_versions SET version = 1').run()
    const offered = await holder.records.importRecord(old.bytes)
    assert.equal(offered.ok ? 'taken' : offered.fault, 'RECORD_STALE')
    assert.equal(holder.store.newest(old.location), undefined)
    await pass(net, MINUTE)
    assert.equal(copies([holder], 'n', 2), 1)
    assert.equal(holder.store.newest(old.location)?.version, 2)
  })

  test('a node that goes hands over what only it would hold', async () => {
    await using net = await recordNetwork(membersOf(3))
    net.declare({ ...NOTE, copies: 1, quorum: 1 })
    for (const node of net.nodes) {
      await node.records.put({ kind: 'note', name: 'n', value: Buffer.from('hello') })
    }
    const [leaver] = net.nodes.filter(({ records }) => records.list({}).items.length > 0)
    assert.ok(leaver !== undefined)
    await leaver.records.handOver()
    net.network.fail(leaver.nodeId)
    for (const { records, member } of up(net)) {
      for (const owner of ['a', 'b', 'c']) {
        const got = await records.get({ kind: 'note', name: 'n', owner })
        assert.equal(text(got.value), 'hello', `${member} reads that of ${owner}`)
      }
    }
  })

  test('a writer that is no holder offers its record until a holder has it, and gets receipts', async () => {
    await using net = await recordNetwork(membersOf(3))
    const writer = nodeOf(net, 0)
    net.declare({ ...NOTE, quorum: 1 })
    for (const { nodeId } of net.nodes.slice(1)) net.network.fail(nodeId)
    await writer.records.put({ kind: 'note', name: 'n', value: Buffer.from('hello') })
    assert.deepEqual(writer.records.receipts({ kind: 'note', name: 'n' }).receipts, [])
    for (const { nodeId, overlay } of net.nodes.slice(1)) {
      net.network.recover(nodeId)
      await overlay.connect(writer.nodeId)
    }
    await pass(net, LIMITS.recordRepairMs)
    assert.equal(copies(net.nodes, 'n'), 3)
    const { receipts } = writer.records.receipts({ kind: 'note', name: 'n' })
    assert.equal(receipts.length, 2)
  })
})
