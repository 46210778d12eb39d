import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PeerageError } from '../../../../src/errors.ts'
import { type NodeId, nodeIdOf } from '../../../../src/identity/node-id.ts'
import { LIMITS } from '../../../../src/limits.ts'
import { NOTE } from '../../../../src/records/built-in-kinds.ts'
import { silence } from '../../../support/memory-overlay.ts'
import {
  membersOf,
  type RecordNetwork,
  type RecordNode,
  recordNetwork,
  text
} from '../../../support/record-network.ts'
import { sampleKey } from '../../../support/sample-record.ts'

const hello = Buffer.from('hello')

function nodeOf({ nodes }: RecordNetwork, i: number) {
  const node = nodes[i]
  assert.ok(node !== undefined)
  return node
}

function code(expected: string) {
  return (error: unknown) => error instanceof PeerageError && error.code === expected
}

describe('put and get', () => {
  test('[SR-STO-4] one node alone acknowledges by itself and reads from itself', async () => {
    await using net = await recordNetwork(['alice/desk'])
    const { records, nodeId } = nodeOf(net, 0)
    const put = await records.put({ kind: 'note', name: 'greeting', value: hello })
    assert.equal(put.version, 1)
    assert.deepEqual(put.acknowledgedBy, [nodeId])
    assert.deepEqual(put.refused, [])
    assert.equal(put.expiresAt, net.time.now() + LIMITS.noteLifetimeMs)
    const got = await records.get({ kind: 'note', name: 'greeting' })
    assert.equal(text(got.value), 'hello')
    assert.equal(got.digest, put.digest)
    assert.deepEqual(got.signer, { nodeId, name: 'alice/desk' })
    assert.deepEqual(got.verifiedFrom, [nodeId])
    assert.equal(got.holdersAsked, 0)
    assert.equal(got.conflict, false)
  })

  for (const count of [2, 3, 12]) {
    test(`[SR-STO-4] [SR-INT-2] ${count} nodes: a put is on the closest nodes, and everybody reads it verified`, async () => {
      await using net = await recordNetwork(membersOf(count))
      const writer = nodeOf(net, 0)
      const put = await writer.records.put({ kind: 'note', name: 'greeting', value: hello })
      assert.ok(put.acknowledgedBy.includes(writer.nodeId))
      const others = put.acknowledgedBy.filter((id) => id !== writer.nodeId)
      assert.ok(put.acknowledgedBy.length >= Math.min(count, LIMITS.replication))
      assert.ok(others.length <= LIMITS.replication)
      for (const node of net.nodes) {
        const isHolder = put.acknowledgedBy.includes(node.nodeId)
        assert.equal(node.records.list({}).items.length, isHolder ? 1 : 0)
        const got = await node.records.get({ kind: 'note', name: 'greeting', owner: 'a' })
        assert.equal(text(got.value), 'hello')
        assert.equal(got.signer.name, 'a/desk')
        assert.ok(got.verifiedFrom.every((id) => put.acknowledgedBy.includes(id)))
        assert.ok(got.verifiedFrom.length >= Math.min(count, LIMITS.replication) - 1)
      }
    })
  }

  test('[SR-INT-3] versions rise with every put, also when nothing is known here any more', async () => {
    await using net = await recordNetwork(['alice/desk', 'alice/lap', 'bob/desk'])
    const put = (i: number) =>
      nodeOf(net, i).records.put({ kind: 'note', name: 'n', value: Buffer.from(`${i}`) })
    assert.equal((await put(0)).version, 1)
    assert.equal((await put(0)).version, 2)
    assert.equal((await put(1)).version, 3)
    assert.equal((await put(0)).version, 4)
    const got = await nodeOf(net, 2).records.get({ kind: 'note', name: 'n', owner: 'alice' })
    assert.equal(got.version, 4)
  })

  test('[SR-INT-4] a node that missed a write of its own member asks first and makes no conflict', async () => {
    await using net = await recordNetwork(['alice/desk', 'alice/lap', 'bob/desk'])
    const [desk, lap, bob] = [nodeOf(net, 0), nodeOf(net, 1), nodeOf(net, 2)]
    const note = { kind: 'note', name: 'n', value: hello }
    await desk.records.put(note)
    net.network.fail(desk.nodeId)
    assert.equal((await lap.records.put(note)).version, 2)
    net.network.recover(desk.nodeId)
    const put = await desk.records.put({ ...note, value: Buffer.from('other') })
    assert.equal(put.version, 3)
    const got = await bob.records.get({ kind: 'note', name: 'n', owner: 'alice' })
    for (const { store } of net.nodes) {
      const [held] = store.list({ limit: 1 }).records
      assert.equal(held?.digest, got.digest)
      assert.deepEqual(store.conflicts(held?.location ?? hello, 2), [])
    }
  })

  test('two puts at once on one node take two versions', async () => {
    await using net = await recordNetwork(membersOf(3))
    const { records } = nodeOf(net, 0)
    const put = (name: string) => records.put({ kind: 'note', name, value: hello })
    const [a, b] = await Promise.all([put('n'), put('n')])
    assert.deepEqual(new Set([a.version, b.version]), new Set([1, 2]))
  })

  test('after a revocation another node of the member writes above the version that is gone', async () => {
    await using net = await recordNetwork(['alice/lap', 'alice/desk', 'bob/desk', 'carol/desk'])
    const [lap, desk, bob] = [nodeOf(net, 0), nodeOf(net, 1), nodeOf(net, 2)]
    for (let i = 0; i < 3; i++) await lap.records.put({ kind: 'note', name: 'n', value: hello })
    net.network.fail(lap.nodeId)
    net.revoke('alice/lap')
    const wanted = { kind: 'note', name: 'n', owner: 'alice' }
    await assert.rejects(bob.records.get(wanted), code('RECORD_NOT_FOUND'))
    const put = await desk.records.put({ kind: 'note', name: 'n', value: Buffer.from('mine') })
    assert.equal(put.version, 4)
    assert.deepEqual(put.refused, [])
    assert.equal(text((await bob.records.get(wanted)).value), 'mine')
  })

  test('an expected version is compared with the newest of all holders', async () => {
    await using net = await recordNetwork(['alice/desk', 'alice/lap', 'bob/desk'])
    const put = (i: number, expectedVersion: number) =>
      nodeOf(net, i).records.put({ kind: 'note', name: 'n', value: hello, expectedVersion })
    assert.equal((await put(0, 0)).version, 1)
    await assert.rejects(put(1, 0), code('RECORD_STALE'))
    assert.equal((await put(1, 1)).version, 2)
    await assert.rejects(put(0, 1), code('RECORD_STALE'))
  })

  test('what cannot be put is refused here, before anybody is asked', async () => {
    await using net = await recordNetwork(membersOf(2))
    const [{ records }, other] = [nodeOf(net, 0), nodeOf(net, 1)]
    const note = { kind: 'note', name: 'n', value: hello }
    const large = new Uint8Array(LIMITS.noteValueBytesMax + 1)
    await assert.rejects(records.put({ ...note, kind: 'nope' }), code('RECORD_KIND_UNKNOWN'))
    await assert.rejects(records.put({ ...note, name: 'A b' }), code('RECORD_NAME_INVALID'))
    await assert.rejects(records.put({ ...note, value: large }), code('RECORD_TOO_LARGE'))
    await assert.rejects(records.get({ kind: 'nope', name: 'n' }), code('RECORD_KIND_UNKNOWN'))
    await assert.rejects(records.get({ kind: 'note', name: 'A b' }), code('RECORD_NAME_INVALID'))
    const owner = 'A b'
    await assert.rejects(records.get({ kind: 'note', name: 'n', owner }), code('INVALID_ARGUMENT'))
    assert.equal(other.overlay.received.length, 0)
    assert.deepEqual(records.list({}).items, [])
  })

  test('[SR-STO-4] fewer acknowledgements than asked for are refused as RECORD_UNDER_REPLICATED, naming who has it', async () => {
    await using net = await recordNetwork(membersOf(3))
    net.declare({ ...NOTE, quorum: 3 })
    const [writer, other, down] = [nodeOf(net, 0), nodeOf(net, 1), nodeOf(net, 2)]
    net.network.fail(down.nodeId)
    await assert.rejects(
      writer.records.put({ kind: 'note', name: 'n', value: hello }),
      (error: unknown) => {
        assert.ok(error instanceof PeerageError)
        assert.equal(error.code, 'RECORD_UNDER_REPLICATED')
        assert.deepEqual(error.details['acknowledgedBy'], [writer.nodeId, other.nodeId])
        assert.deepEqual(error.details['refused'], [
          { nodeId: down.nodeId, code: 'PEER_UNREACHABLE' }
        ])
        return true
      }
    )
  })

  test('a list is paged, and a cursor that is none is INVALID_ARGUMENT', async () => {
    await using net = await recordNetwork(['alice/desk'])
    const { records } = nodeOf(net, 0)
    for (const name of ['a/1', 'b', 'c']) await records.put({ kind: 'note', name, value: hello })
    const first = records.list({ owner: 'alice', kind: 'note', limit: 2 })
    assert.deepEqual(
      first.items.map((item) => item.name),
      ['a/1', 'b']
    )
    assert.ok(first.nextCursor !== null)
    const second = records.list({ cursor: first.nextCursor, limit: 2 })
    assert.deepEqual(
      second.items.map((item) => item.name),
      ['c']
    )
    assert.equal(second.nextCursor, null)
    for (const cursor of ['', 'alice', 'alice/note', 'A/note/x', 'alice/note/A']) {
      assert.throws(() => records.list({ cursor }), code('INVALID_ARGUMENT'), cursor)
    }
  })

  test('a listener hears of every newer record stored here, until it ends', async () => {
    await using net = await recordNetwork(membersOf(2))
    const heard: number[] = []
    const end = nodeOf(net, 1).records.onUpdate((record) => heard.push(record.version))
    const put = () => nodeOf(net, 0).records.put({ kind: 'note', name: 'n', value: hello })
    await put()
    await put()
    end()
    await put()
    assert.deepEqual(heard, [1, 2])
  })

  test('[SR-STO-2] an expired record is not served, then collected, and its version remembered', async () => {
    await using net = await recordNetwork(membersOf(3))
    const { records, store } = nodeOf(net, 0)
    const put = await records.put({ kind: 'note', name: 'n', value: hello })
    net.time.jump(put.expiresAt)
    await assert.rejects(records.get({ kind: 'note', name: 'n' }), code('RECORD_NOT_FOUND'))
    assert.deepEqual(records.list({}).items, [])
    net.time.advance(LIMITS.recordCollectMs)
    await records.idle()
    assert.deepEqual(store.list({ limit: 1 }).records, [])
    assert.equal((await records.put({ kind: 'note', name: 'n', value: hello })).version, 2)
  })
})

describe('holders that are down or silent', () => {
  test('a holder that is down is listed as refused, and gets the record at the next get', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [writer, reader, down] = [nodeOf(net, 0), nodeOf(net, 1), nodeOf(net, 2)]
    net.network.fail(down.nodeId)
    const put = await writer.records.put({ kind: 'note', name: 'n', value: hello })
    assert.deepEqual(put.acknowledgedBy, [writer.nodeId, reader.nodeId])
    assert.deepEqual(put.refused, [{ nodeId: down.nodeId, code: 'PEER_UNREACHABLE' }])
    net.network.recover(down.nodeId)
    const wanted = { kind: 'note', name: 'n', owner: 'a' }
    const got = await reader.records.get(wanted)
    assert.equal(got.version, 1)
    await reader.records.idle()
    assert.equal(down.records.list({}).items.length, 1)
  })

  test('a reader that should hold the record and missed it keeps a copy', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [writer, reader] = [nodeOf(net, 0), nodeOf(net, 1)]
    net.network.fail(reader.nodeId)
    await writer.records.put({ kind: 'note', name: 'n', value: hello })
    net.network.recover(reader.nodeId)
    const got = await reader.records.get({ kind: 'note', name: 'n', owner: 'a' })
    await reader.records.idle()
    assert.deepEqual(
      reader.records.list({}).items.map(({ digest }) => digest),
      [got.digest]
    )
  })

  test('a holder without connection is reached by its known addresses', async () => {
    await using net = await recordNetwork(membersOf(2))
    const [writer, other] = [nodeOf(net, 0), nodeOf(net, 1)]
    await writer.overlay.disconnect(other.nodeId, 'CANCELED')
    const put = await writer.records.put({ kind: 'note', name: 'n', value: hello })
    assert.deepEqual(put.refused, [])
    assert.ok(writer.overlay.peer(other.nodeId) !== undefined)
  })

  /** A note that all holders have, and a node that is none of them. */
  async function noteElsewhere() {
    const net = await recordNetwork(membersOf(12))
    const writer = nodeOf(net, 0)
    const { acknowledgedBy } = await writer.records.put({ kind: 'note', name: 'n', value: hello })
    const reader = net.nodes.find(({ nodeId }) => !acknowledgedBy.includes(nodeId))
    assert.ok(reader !== undefined)
    const holders = acknowledgedBy.filter((nodeId) => nodeId !== writer.nodeId)
    return { net, reader, holders }
  }

  test('a silent holder does not hold up a get: what was acknowledged is among the other answers', {
    timeout: 30_000
  }, async () => {
    const { net, reader, holders } = await noteElsewhere()
    await using _ = net
    net.network.intercept(holders[0] ?? assert.fail(), silence)
    const got = reader.records.get({ kind: 'note', name: 'n', owner: 'a' })
    await settle()
    net.time.advance(LIMITS.recordDecidedMs)
    assert.equal((await got).answered, LIMITS.kindCopiesDefault - 1)
    await settle()
    net.time.advance(LIMITS.recordRoundMs)
    await reader.records.idle()
  })

  test('[SR-INT-3] two silent holders may be all that acknowledged a write: they have a grace time', {
    timeout: 30_000
  }, async () => {
    const { net, reader, holders } = await noteElsewhere()
    await using _ = net
    for (const mute of holders.slice(0, 2)) net.network.intercept(mute, silence)
    let isRead = false
    const got = reader.records.get({ kind: 'note', name: 'n', owner: 'a' })
    void got.then(() => {
      isRead = true
    })
    await settle()
    net.time.advance(LIMITS.recordDecidedMs)
    await settle()
    assert.ok(!isRead)
    net.time.advance(LIMITS.recordGraceMs)
    assert.equal((await got).answered, LIMITS.kindCopiesDefault - 2)
    await settle()
    net.time.advance(LIMITS.recordRoundMs)
    await reader.records.idle()
  })

  test('a silent holder of a put is refused as TIMEOUT after its deadline', {
    timeout: 30_000
  }, async () => {
    await using net = await recordNetwork(membersOf(2))
    net.declare({ ...NOTE, quorum: 1 })
    const [writer, mute] = [nodeOf(net, 0), nodeOf(net, 1)]
    net.network.intercept(mute.nodeId, (call) =>
      isStore(call.request) ? silence(call) : call.pass()
    )
    const put = writer.records.put({ kind: 'note', name: 'n', value: hello })
    await settle()
    net.time.advance(LIMITS.recordRoundMs)
    assert.deepEqual((await put).refused, [{ nodeId: mute.nodeId, code: 'TIMEOUT' }])
  })

  test('silent holders do not hold up a put: the quorum has it, and the answer names who is waited for', {
    timeout: 30_000
  }, async () => {
    await using net = await recordNetwork(membersOf(4))
    const [writer, other, ...mutes] = net.nodes
    assert.ok(writer !== undefined && other !== undefined)
    for (const { nodeId } of mutes) {
      net.network.intercept(nodeId, (call) => (isStore(call.request) ? silence(call) : call.pass()))
    }
    const put = writer.records.put({ kind: 'note', name: 'n', value: hello })
    await settle()
    net.time.advance(LIMITS.recordDecidedMs)
    const written = await put
    assert.deepEqual(written.acknowledgedBy, [writer.nodeId, other.nodeId])
    assert.deepEqual(written.refused, [])
    assert.deepEqual([...written.pending].sort(), mutes.map(({ nodeId }) => nodeId).sort())
    assert.ok(net.time.monotonic() < LIMITS.recordRoundMs)
    await settle()
    net.time.advance(LIMITS.recordRoundMs)
    await writer.records.idle()
  })

  test('a slow holder gets the record all the same, after the answer', async () => {
    await using net = await recordNetwork(membersOf(4))
    const [writer, slow] = [nodeOf(net, 0), nodeOf(net, 3)]
    const ready = Promise.withResolvers<void>()
    net.network.intercept(slow.nodeId, async (call) => {
      if (isStore(call.request)) await ready.promise
      return await call.pass()
    })
    const put = writer.records.put({ kind: 'note', name: 'n', value: hello })
    await settle()
    net.time.advance(LIMITS.recordGraceMs)
    assert.deepEqual((await put).pending, [slow.nodeId])
    assert.equal(slow.records.list({}).items.length, 0)
    ready.resolve()
    await writer.records.idle()
    assert.equal(slow.records.list({}).items.length, 1)
  })

  test('[SR-RT-2] not found is the word of two holders; of one of three it is not', async () => {
    await using net = await recordNetwork(membersOf(4))
    const wanted = { kind: 'note', name: 'n', owner: 'b' }
    const { records } = nodeOf(net, 0)
    await assert.rejects(records.get(wanted), code('RECORD_NOT_FOUND'))
    net.network.fail(nodeOf(net, 1).nodeId)
    await assert.rejects(records.get(wanted), code('RECORD_NOT_FOUND'))
    net.network.fail(nodeOf(net, 2).nodeId)
    await assert.rejects(records.get(wanted), (error: unknown) => {
      assert.ok(error instanceof PeerageError)
      assert.equal(error.code, 'RECORD_HOLDERS_UNREACHABLE')
      assert.equal(error.details['asked'], 3)
      assert.equal(error.details['answered'], 1)
      return true
    })
  })

  test('[SR-RT-2] of two nodes the one other holder says it all', async () => {
    await using net = await recordNetwork(membersOf(2))
    const wanted = { kind: 'note', name: 'n', owner: 'b' }
    const { records } = nodeOf(net, 0)
    await assert.rejects(records.get(wanted), code('RECORD_NOT_FOUND'))
    net.network.fail(nodeOf(net, 1).nodeId)
    await assert.rejects(records.get(wanted), code('RECORD_HOLDERS_UNREACHABLE'))
  })

  test('a get whose caller goes away ends with CANCELED', { timeout: 30_000 }, async () => {
    await using net = await recordNetwork(membersOf(2))
    net.network.intercept(nodeOf(net, 1).nodeId, silence)
    const controller = new AbortController()
    const wanted = { kind: 'note', name: 'n', owner: 'b' }
    const got = nodeOf(net, 0).records.get(wanted, { signal: controller.signal })
    controller.abort()
    await assert.rejects(got, code('CANCELED'))
  })
})

describe('a full disk', () => {
  const full = () => {
    throw new PeerageError('STORAGE_FULL')
  }

  test('at a holder is its answer; nothing is acknowledged that is not stored', async () => {
    await using net = await recordNetwork(membersOf(2))
    net.declare({ ...NOTE, quorum: 1 })
    const [writer, holder] = [nodeOf(net, 0), nodeOf(net, 1)]
    holder.store.save = full
    const put = await writer.records.put({ kind: 'note', name: 'n', value: hello })
    assert.deepEqual(put.refused, [{ nodeId: holder.nodeId, code: 'STORAGE_FULL' }])
    const got = await holder.records.get({ kind: 'note', name: 'n', owner: 'a' })
    assert.equal(text(got.value), 'hello')
    await holder.records.idle()
  })

  test('here fails the put as STORAGE_FULL and sends nothing, while reading goes on', async () => {
    await using net = await recordNetwork(membersOf(2))
    net.declare({ ...NOTE, quorum: 1 })
    const [writer, holder] = [nodeOf(net, 0), nodeOf(net, 1)]
    await writer.records.put({ kind: 'note', name: 'n', value: hello })
    writer.store.save = full
    writer.store.remember = full
    const again = writer.records.put({ kind: 'note', name: 'n', value: Buffer.from('again') })
    await assert.rejects(again, code('STORAGE_FULL'))
    await holder.records.put({ kind: 'note', name: 'n', value: Buffer.from('of b') })
    const get = (owner: string) => writer.records.get({ kind: 'note', name: 'n', owner })
    assert.equal(text((await get('a')).value), 'hello')
    assert.equal(text((await get('b')).value), 'of b')
  })
})

describe('routing', () => {
  /** Twelve nodes, the first a writer; one of its computed holders is down. */
  async function withFailedHolder() {
    const net = await recordNetwork(membersOf(12))
    const writer = nodeOf(net, 0)
    const { acknowledgedBy } = await writer.records.put({ kind: 'note', name: 'n', value: hello })
    const failed = acknowledgedBy.find((id) => id !== writer.nodeId)
    assert.ok(failed !== undefined)
    net.network.fail(failed)
    const outsider = net.nodes.find(({ nodeId }) => !acknowledgedBy.includes(nodeId))?.nodeId
    assert.ok(outsider !== undefined)
    return { net, writer, failed, outsider }
  }

  function hasSigned({ records }: RecordNode, holder: NodeId): boolean {
    const { receipts } = records.receipts({ kind: 'note', name: 'n' })
    return receipts.some((receipt) => receipt.holder === holder)
  }

  test('[SR-RT-4] a member that routing finds takes the place of a holder that is down', async () => {
    const { net, writer, failed, outsider } = await withFailedHolder()
    await using _ = net
    writer.overlay.routing = async () => [outsider]
    const put = await writer.records.put({ kind: 'note', name: 'n', value: hello })
    assert.deepEqual(put.refused, [{ nodeId: failed, code: 'PEER_UNREACHABLE' }])
    await writer.records.idle()
    assert.ok(hasSigned(writer, outsider))
  })

  test('[SR-RT-4] ids in answers of routing that are not members are ignored', async () => {
    const { net, writer, failed, outsider } = await withFailedHolder()
    await using _ = net
    const strangers = [50, 51, 52].map((seed) => nodeIdOf(sampleKey(seed).publicKey))
    writer.overlay.routing = async () => [...strangers, writer.nodeId, failed, outsider, outsider]
    const put = await writer.records.put({ kind: 'note', name: 'n', value: hello })
    const asked = [...put.acknowledgedBy, ...put.refused.map(({ nodeId }) => nodeId)]
    assert.ok(strangers.every((id) => !asked.includes(id)))
    await writer.records.idle()
    assert.ok(hasSigned(writer, outsider))
    assert.equal(new Set(asked).size, asked.length, 'nobody is asked twice')
  })

  test('a record that is only where routing leads is found there', async () => {
    await using net = await recordNetwork(membersOf(12))
    const writer = nodeOf(net, 0)
    let put = await writer.records.put({ kind: 'note', name: 'n0', value: hello })
    // More copies than wanted: the writer itself is none of the computed holders.
    for (let i = 1; put.acknowledgedBy.length <= LIMITS.replication; i++) {
      put = await writer.records.put({ kind: 'note', name: `n${i}`, value: hello })
    }
    const reader = net.nodes.find(({ nodeId }) => !put.acknowledgedBy.includes(nodeId))
    assert.ok(reader !== undefined)
    for (const id of put.acknowledgedBy) if (id !== writer.nodeId) net.network.fail(id)
    const wanted = { kind: 'note', name: put.name, owner: 'a' }
    reader.overlay.routing = async () => []
    await assert.rejects(reader.records.get(wanted), code('RECORD_HOLDERS_UNREACHABLE'))
    reader.overlay.routing = async () => [writer.nodeId]
    assert.deepEqual((await reader.records.get(wanted)).verifiedFrom, [writer.nodeId])
  })

  test('routing that fails leaves the computed holders', async () => {
    await using net = await recordNetwork(membersOf(3))
    const { overlay, records } = nodeOf(net, 0)
    overlay.routing = async () => {
      throw new PeerageError('TIMEOUT')
    }
    await assert.rejects(records.get({ kind: 'note', name: 'n' }), code('RECORD_NOT_FOUND'))
  })
})

function isStore(request: unknown): boolean {
  return (
    typeof request === 'object' && request !== null && 'ask' in request && request.ask === 'store'
  )
}

/** Lets every promise that can go on go on, records of several nodes be synced; only timers remain. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}
