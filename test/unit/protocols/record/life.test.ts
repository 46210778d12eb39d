import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { PeerageError } from '../../../../src/errors.ts'
import { LIMITS } from '../../../../src/limits.ts'
import { RECORD } from '../../../../src/protocols/record/index.ts'
import { NOTE } from '../../../../src/records/built-in-kinds.ts'
import { type RecordContent, sealRecord } from '../../../../src/records/record.ts'
import { deletionLifetimeMs } from '../../../../src/records/supersede.ts'
import {
  membersOf,
  type RecordNetwork,
  type RecordNode,
  recordNetwork,
  text
} from '../../../support/record-network.ts'
import { sampleContent } from '../../../support/sample-record.ts'

const note = { kind: 'note', name: 'n' }
const wanted = { ...note, owner: 'a' }

function three(net: RecordNetwork): readonly [RecordNode, RecordNode, RecordNode] {
  const [a, b, c] = net.nodes
  assert.ok(a !== undefined && b !== undefined && c !== undefined)
  return [a, b, c]
}

function code(expected: string) {
  return (error: unknown) => error instanceof PeerageError && error.code === expected
}

function put(node: RecordNode, value: string | undefined, expectedVersion?: number) {
  const bytes = value === undefined ? undefined : Buffer.from(value)
  return node.records.put({ ...note, value: bytes, expectedVersion })
}

async function store(from: RecordNode, to: RecordNode, change: Partial<RecordContent>) {
  const record = sealRecord(sampleContent({ ...wanted, ...change }), from.key)
  const answer = await from.overlay.call(to.nodeId, RECORD, { ask: 'store', record })
  return answer.ok ? 'stored' : answer.fault
}

describe('a deletion', () => {
  test('[SR-INT-5] is a signed record that everybody reads as gone, and says by whom', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    await put(a, 'hello')
    const deleted = await put(a, undefined)
    assert.equal(deleted.version, 2)
    assert.equal(deleted.acknowledgedBy.length, 3)
    await assert.rejects(b.records.get(wanted), (error: unknown) => {
      assert.ok(error instanceof PeerageError && error.code === 'RECORD_DELETED')
      assert.equal(error.details['deletedBy'], 'a/desk')
      return true
    })
  })

  test('[SR-INT-5] outlives what it deletes: the deleted version never comes back', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    const old = { version: 1, storedAt: net.time.now(), lifetimeMs: NOTE.lifetimeMs }
    assert.equal(await store(a, b, old), 'stored')
    const deleted = await put(a, undefined)
    assert.equal(deleted.version, 2)
    assert.ok(deleted.expiresAt >= old.storedAt + old.lifetimeMs + 2 * LIMITS.clockSkewMs)
    net.time.jump(net.time.now() + NOTE.lifetimeMs - 1)
    assert.equal(await store(a, b, old), 'RECORD_STALE')
    net.time.advance(1)
    assert.equal(await store(a, b, old), 'RECORD_EXPIRED')
  })

  test('[SR-INT-5] that would end before what it deletes is refused, with or without a value', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    await put(a, 'hello')
    const gone = { version: 2, form: 'deleted', value: new Uint8Array(0) } as const
    const storedAt = net.time.now()
    const short = { ...gone, storedAt, lifetimeMs: NOTE.lifetimeMs - 1 }
    assert.equal(await store(a, b, short), 'RECORD_DELETION_TOO_SHORT')
    const long = { ...gone, storedAt, lifetimeMs: deletionLifetimeMs(NOTE) + 1 }
    assert.equal(await store(a, b, long), 'RECORD_LIFETIME_TOO_LONG')
    assert.equal(
      await store(b, a, { ...short, lifetimeMs: deletionLifetimeMs(NOTE) }),
      'RECORD_WRITER_DENIED'
    )
    assert.equal(text((await b.records.get(wanted)).value), 'hello')
  })

  test('of what is not there, or gone already, is refused', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a] = three(net)
    await assert.rejects(put(a, undefined), code('RECORD_NOT_FOUND'))
    await put(a, 'hello')
    await assert.rejects(put(a, undefined, 7), code('RECORD_STALE'))
    await put(a, undefined, 1)
    await assert.rejects(put(a, undefined), code('RECORD_DELETED'))
  })

  test('ends nothing: the name is written again above it, also by who expects nothing', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    await put(a, 'one')
    await put(a, undefined)
    assert.equal((await put(a, 'two', 0)).version, 3)
    assert.equal(text((await b.records.get(wanted)).value), 'two')
  })
})

describe('the history', () => {
  test('[SR-INT-2] has the newest versions that the kind keeps, each verified', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    for (let i = 1; i <= NOTE.versionsKept + 2; i++) await put(a, `v${i}`)
    const { versions, answered } = await b.records.history(wanted)
    assert.deepEqual(
      versions.map(({ record }) => text(record.value)),
      ['v6', 'v5', 'v4', 'v3']
    )
    assert.ok(versions.every(({ verifiedFrom }) => verifiedFrom.length === 3))
    assert.equal(answered, 2)
  })

  test('of a deleted record is the deletion alone, at every holder', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    for (const value of ['one', 'two', undefined]) await put(a, value)
    const { versions } = await b.records.history(wanted)
    assert.deepEqual(
      versions.map(({ record }) => record.form),
      ['deleted']
    )
    for (const { store: kept } of net.nodes) {
      const [held] = kept.list({ limit: 1 }).records
      assert.deepEqual(kept.history(held?.location ?? new Uint8Array(32)), [])
    }
  })

  test('of what never was is RECORD_NOT_FOUND', async () => {
    await using net = await recordNetwork(membersOf(3))
    await assert.rejects(three(net)[0].records.history(wanted), code('RECORD_NOT_FOUND'))
  })
})

describe('compare-and-set', () => {
  test('[SR-STO-3] of writers that expect the same version at once one wins, and no conflict is left', async () => {
    await using net = await recordNetwork(['a/desk', 'a/lap', 'a/phone', 'b/desk', 'c/desk'])
    const [a, b, c] = three(net)
    await put(a, 'start')
    const tries = await Promise.allSettled([put(a, 'x', 1), put(b, 'y', 1), put(c, 'z', 1)])
    const won = tries.filter((each) => each.status === 'fulfilled')
    assert.equal(won.length, 1)
    for (const each of tries) {
      if (each.status === 'rejected')
        assert.ok(code('RECORD_STALE')(each.reason), String(each.reason))
    }
    await Promise.all(net.nodes.map((node) => node.records.idle()))
    const got = await (net.nodes[3] ?? a).records.get(wanted)
    assert.deepEqual([got.version, got.conflict], [2, false])
  })

  test('[SR-STO-3] two on one node: one wins', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a] = three(net)
    const tries = await Promise.allSettled([put(a, 'x', 0), put(a, 'y', 0)])
    assert.deepEqual(tries.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    assert.equal((await a.records.get(note)).conflict, false)
  })
})
