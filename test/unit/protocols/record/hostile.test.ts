import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { PrivateKey } from '../../../../src/crypto/ed25519.ts'
import { accept, refuse } from '../../../../src/encoding/verdict.ts'
import { PeerageError } from '../../../../src/errors.ts'
import { LIMITS } from '../../../../src/limits.ts'
import { RECORD } from '../../../../src/protocols/record/index.ts'
import { NOTE } from '../../../../src/records/built-in-kinds.ts'
import type { RecordContent } from '../../../../src/records/record.ts'
import { sealRecord } from '../../../../src/records/record.ts'
import type { Interceptor } from '../../../support/memory-overlay.ts'
import {
  membersOf,
  type RecordNetwork,
  type RecordNode,
  recordNetwork,
  text
} from '../../../support/record-network.ts'
import { OTHER_NETWORK, sampleContent, sampleKey } from '../../../support/sample-record.ts'

const hello = Buffer.from('hello')
const wanted = { kind: 'note', name: 'n', owner: 'a' }

function three(net: RecordNetwork): readonly [RecordNode, RecordNode, RecordNode] {
  const [a, b, c] = net.nodes
  assert.ok(a !== undefined && b !== undefined && c !== undefined)
  return [a, b, c]
}

function code(expected: string) {
  return (error: unknown) => error instanceof PeerageError && error.code === expected
}

/** Sends bytes to a holder as any admitted node can. */
async function sendStore(from: RecordNode, to: RecordNode, record: Uint8Array): Promise<string> {
  const answer = await from.overlay.call(to.nodeId, RECORD, { ask: 'store', record })
  return answer.ok ? 'stored' : answer.fault
}

function seal(change: Partial<RecordContent>, key: PrivateKey): Uint8Array {
  return sealRecord(sampleContent({ owner: 'a', name: 'n', ...change }), key)
}

/** A holder that answers every fetch with these records. */
function showing(records: readonly Uint8Array[], newest = 0): Interceptor {
  return async (call) => {
    const request = call.request as { ask: string }
    return request.ask === 'fetch' ? accept({ ask: 'fetch', records, newest }) : call.pass()
  }
}

describe('a storing node', () => {
  test('refuses a record signed by a node of another member with RECORD_WRITER_DENIED', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    assert.equal(await sendStore(b, a, seal({}, b.key)), 'RECORD_WRITER_DENIED')
    assert.deepEqual(a.records.list({}).items, [])
  })

  test('[SR-STO-2] refuses what nobody may send, each with its own code, and stores nothing', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    const forged = Uint8Array.from(seal({}, a.key))
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    const now = net.time.now()
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [forged, 'RECORD_SIGNATURE_INVALID'],
      [Uint8Array.of(1, 2, 3), 'RECORD_MALFORMED'],
      [new Uint8Array(LIMITS.recordBytesMax + 1), 'RECORD_TOO_LARGE'],
      [seal({ value: new Uint8Array(LIMITS.noteValueBytesMax + 1) }, a.key), 'RECORD_TOO_LARGE'],
      [seal({ network: OTHER_NETWORK }, a.key), 'WRONG_NETWORK'],
      [seal({ kind: 'nope' }, a.key), 'RECORD_KIND_UNKNOWN'],
      [seal({ lifetimeMs: LIMITS.noteLifetimeMs + 1 }, a.key), 'RECORD_LIFETIME_TOO_LONG'],
      [seal({ storedAt: now + LIMITS.clockSkewMs + 1 }, a.key), 'RECORD_FROM_FUTURE'],
      [seal({ storedAt: now - 60_000 }, a.key), 'RECORD_EXPIRED'],
      [seal({}, sampleKey(99)), 'RECORD_WRITER_UNKNOWN']
    ]
    for (const [bytes, expected] of cases) assert.equal(await sendStore(a, b, bytes), expected)
    assert.deepEqual(b.records.list({}).items, [])
    assert.equal(await sendStore(a, b, new Uint8Array(LIMITS.requestBytesMax)), 'MESSAGE_TOO_LARGE')
  })

  test('refuses a record of a revoked writer and no longer serves one it has', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    await a.records.put({ kind: 'note', name: 'n', value: hello })
    net.revoke('a/desk')
    assert.equal(await sendStore(c, b, seal({ version: 2 }, a.key)), 'RECORD_WRITER_REVOKED')
    assert.deepEqual(b.records.list({}).items, [])
    await assert.rejects(c.records.get(wanted), code('RECORD_NOT_FOUND'))
  })

  test('takes a record from a sender that is not its signer', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    assert.equal(await sendStore(c, b, seal({}, a.key)), 'stored')
    assert.equal(await sendStore(c, b, seal({}, a.key)), 'stored')
    assert.equal(b.records.list({}).items.length, 1)
  })

  test('[SR-INT-3] refuses an older version as RECORD_STALE, also after the newer one expired', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    const old = seal({ version: 1, lifetimeMs: 120_000 }, a.key)
    assert.equal(await sendStore(a, b, seal({ version: 2, lifetimeMs: 60_000 }, a.key)), 'stored')
    assert.equal(await sendStore(a, b, old), 'RECORD_STALE')
    net.time.advance(90_000)
    await b.records.idle()
    assert.deepEqual(b.records.list({}).items, [])
    assert.equal(await sendStore(a, b, old), 'RECORD_STALE')
  })

  test('[SR-INT-4] refuses other content under a known version as RECORD_CONFLICT and keeps both', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    const [one, two] = [seal({ value: Buffer.from('1') }, a.key), seal({}, a.key)]
    assert.equal(await sendStore(a, b, one), 'stored')
    assert.equal(await sendStore(a, b, two), 'RECORD_CONFLICT')
    const [kept] = b.records.list({}).items
    assert.equal(text(kept?.value ?? hello), '1')
    assert.equal(b.store.conflicts(kept?.location ?? hello, 1).length, 2)
    const got = await c.records.get(wanted)
    assert.equal(got.conflict, true)
    assert.equal(got.version, 1)
  })

  test('[SR-STO-1] holds no more than its quota for one owner', async () => {
    await using net = await recordNetwork(membersOf(2))
    const [a, b] = net.nodes
    assert.ok(a !== undefined && b !== undefined)
    const value = new Uint8Array(LIMITS.noteValueBytesMax)
    const size = seal({ name: 'n000', value }, a.key).length
    const fitting = Math.min(NOTE.recordsMax, Math.floor(LIMITS.recordBytesPerOwnerMax / size))
    for (let i = 0; i < fitting; i++) {
      const name = `n${String(i).padStart(3, '0')}`
      assert.equal(await sendStore(a, b, seal({ name, value }, a.key)), 'stored', name)
    }
    assert.equal(
      await sendStore(a, b, seal({ name: 'more', value }, a.key)),
      'RECORD_QUOTA_EXCEEDED'
    )
    const update = seal({ name: 'n000', version: 2, value }, a.key)
    assert.equal(await sendStore(a, b, update), 'stored', 'what is there may be replaced')
    const other = sealRecord(sampleContent({ owner: 'b', name: 'n' }), b.key)
    assert.equal(await sendStore(a, b, other), 'stored', 'another owner has its own quota')
  })

  test('answers a fetch of an unknown kind with RECORD_KIND_UNKNOWN', async () => {
    await using net = await recordNetwork(membersOf(2))
    const [a, b] = net.nodes
    assert.ok(a !== undefined && b !== undefined)
    const request = { ask: 'fetch', kind: 'nope', owner: 'a', name: 'n' } as const
    const answer = await a.overlay.call(b.nodeId, RECORD, request)
    assert.equal(answer.ok ? '' : answer.fault, 'RECORD_KIND_UNKNOWN')
  })
})

describe('a reader among lying holders', () => {
  test('[SR-INT-3] [SR-RT-1] takes the newest version, however many holders show an older one', async () => {
    await using net = await recordNetwork(membersOf(5))
    const [a, b, c] = three(net)
    await a.records.put({ kind: 'note', name: 'n', value: Buffer.from('old') })
    const [old] = a.records.list({}).items
    assert.ok(old !== undefined)
    await a.records.put({ kind: 'note', name: 'n', value: Buffer.from('new') })
    for (const liar of net.nodes.slice(2)) {
      net.network.intercept(liar.nodeId, showing([old.bytes], 1))
    }
    const got = await b.records.get(wanted)
    assert.equal(text(got.value), 'new')
    assert.equal(got.verifiedFrom.includes(c.nodeId), false)
  })

  test('[SR-INT-3] never goes back: what is older than a version once read is RECORD_STALE', async () => {
    await using net = await recordNetwork(membersOf(12))
    const [a] = three(net)
    const older = await a.records.put({ kind: 'note', name: 'n', value: Buffer.from('old') })
    const [old] = a.records.list({}).items
    assert.ok(old !== undefined)
    const newer = await a.records.put({ kind: 'note', name: 'n', value: Buffer.from('new') })
    const reader = net.nodes.find(({ nodeId }) => !newer.acknowledgedBy.includes(nodeId))
    assert.ok(reader !== undefined)
    assert.equal((await reader.records.get(wanted)).version, 2)
    assert.deepEqual(reader.records.list({}).items, [], 'the reader itself holds nothing')
    for (const liar of net.nodes) {
      if (liar !== reader) net.network.intercept(liar.nodeId, showing([old.bytes], 1))
    }
    await assert.rejects(reader.records.get(wanted), (error: unknown) => {
      assert.ok(error instanceof PeerageError)
      assert.equal(error.code, 'RECORD_STALE')
      assert.deepEqual([error.details['seen'], error.details['found']], [2, older.version])
      return true
    })
  })

  test('[SR-INT-2] [SR-RT-1] refuses forged, foreign-signed and substituted answers and takes the honest one', async () => {
    await using net = await recordNetwork(membersOf(5))
    const [a, b] = three(net)
    await a.records.put({ kind: 'note', name: 'n', value: hello })
    const forged = Uint8Array.from(seal({ version: 9 }, a.key))
    forged[100] = (forged[100] ?? 0) ^ 1
    const lies = [forged, seal({ version: 9 }, b.key), seal({ version: 9, name: 'other' }, a.key)]
    for (const [i, lie] of lies.entries()) {
      const liar = net.nodes[i + 2]
      assert.ok(liar !== undefined)
      net.network.intercept(liar.nodeId, showing([lie], 9))
    }
    const got = await b.records.get(wanted)
    assert.equal(text(got.value), 'hello')
    assert.deepEqual(got.verifiedFrom.length, 2)
  })

  test('an answer to another question counts as none', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    for (const liar of [b, c]) {
      net.network.intercept(liar.nodeId, async () => accept({ ask: 'store', digest: 'x' }))
    }
    await assert.rejects(a.records.get(wanted), code('RECORD_HOLDERS_UNREACHABLE'))
  })

  test('[SR-INT-4] two holders with different content under one version: reported and kept', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    const [first, second] = ['1', '2'].map((value) => seal({ value: Buffer.from(value) }, a.key))
    assert.ok(first !== undefined && second !== undefined)
    assert.equal(await sendStore(a, b, first), 'stored')
    assert.equal(await sendStore(a, c, second), 'stored')
    const got = await b.records.get(wanted)
    assert.equal(got.conflict, true)
    const [held] = b.records.list({}).items
    assert.equal(b.store.conflicts(held?.location ?? hello, 1).length, 2)
    assert.equal((await c.records.get(wanted)).digest, got.digest, 'every reader chooses the same')
    assert.equal((await b.records.get(wanted)).conflict, true)
  })
})

describe('a writer among lying holders', () => {
  test('a node of the same member that wrote meanwhile: the put is repeated above it', async () => {
    await using net = await recordNetwork(['a/desk', 'a/lap', 'b/desk'])
    const [a, lap, b] = three(net)
    // The other node of the member writes after this one has asked for the newest version.
    let isFirst = true
    net.network.intercept(b.nodeId, async (call) => {
      const request = call.request as { ask: string }
      if (request.ask === 'store' && isFirst) {
        isFirst = false
        await sendStore(lap, b, seal({ version: 1, storedAt: 5 + net.time.now() }, lap.key))
      }
      return await call.pass()
    })
    const put = await a.records.put({ kind: 'note', name: 'n', value: hello })
    assert.equal(put.version, 2)
    assert.deepEqual(put.refused, [])
    const got = await b.records.get(wanted)
    assert.equal(text(got.value), 'hello')
    assert.equal(got.conflict, false)
  })

  test('with an expected version the same race is RECORD_STALE', async () => {
    await using net = await recordNetwork(['a/desk', 'a/lap', 'b/desk'])
    const [a, lap, b] = three(net)
    net.network.intercept(b.nodeId, async (call) => {
      const request = call.request as { ask: string }
      if (request.ask === 'store' && call.from === a.nodeId) {
        await sendStore(lap, b, seal({ version: 7 }, lap.key))
      }
      return await call.pass()
    })
    const put = { kind: 'note', name: 'n', value: hello, expectedVersion: 0 }
    await assert.rejects(a.records.put(put), code('RECORD_STALE'))
  })

  test('a holder that says RECORD_STALE without anything newer is only listed', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    net.network.intercept(b.nodeId, async (call) => {
      const request = call.request as { ask: string }
      return request.ask === 'store' ? refuse('RECORD_STALE') : call.pass()
    })
    const put = await a.records.put({ kind: 'note', name: 'n', value: hello })
    assert.equal(put.version, 1)
    assert.deepEqual(put.refused, [{ nodeId: b.nodeId, code: 'RECORD_STALE' }])
  })

  test('no holder can use up the version numbers by claiming a high one', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    net.network.intercept(b.nodeId, showing([], Number.MAX_SAFE_INTEGER))
    net.network.intercept(c.nodeId, showing([], LIMITS.recordVersionJumpMax))
    const put = await a.records.put({ kind: 'note', name: 'n', value: hello })
    assert.equal(put.version, LIMITS.recordVersionJumpMax + 1)
  })
})

describe('[SR-RT-4] a node whose standing isolates it', () => {
  test('neither holds, nor is read from, nor counts when routing names it', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    net.isolate(c.nodeId)
    a.overlay.routing = async () => [c.nodeId]
    const written = await a.records.put({ kind: 'note', name: 'n', value: hello })
    assert.deepEqual([...written.acknowledgedBy].toSorted(), [a.nodeId, b.nodeId].toSorted())
    await b.records.get(wanted)
    await Promise.all([a, b].map(({ records }) => records.idle()))
    assert.deepEqual(c.overlay.received, [])
  })

  test('holds and is read from when it is not: the control', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, , c] = three(net)
    await a.records.put({ kind: 'note', name: 'n', value: hello })
    assert.ok(c.overlay.received.length > 0)
  })
})
