import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accept } from '../../../../src/encoding/verdict.ts'
import { PeerageError } from '../../../../src/errors.ts'
import { LIMITS } from '../../../../src/limits.ts'
import { RECORD } from '../../../../src/protocols/record/index.ts'
import { NOTE } from '../../../../src/records/built-in-kinds.ts'
import type { Kind } from '../../../../src/records/kind.ts'
import { sealRecord } from '../../../../src/records/record.ts'
import {
  membersOf,
  type RecordNetwork,
  type RecordNode,
  recordNetwork,
  text
} from '../../../support/record-network.ts'
import { sampleContent } from '../../../support/sample-record.ts'

const hello = Buffer.from('hello')
const offer = { kind: 'offer', name: 'coffee' }

function kind(change: Partial<Kind>): Kind {
  return { ...NOTE, name: 'offer', ...change }
}

function three(net: RecordNetwork): readonly [RecordNode, RecordNode, RecordNode] {
  const [a, b, c] = net.nodes
  assert.ok(a !== undefined && b !== undefined && c !== undefined)
  return [a, b, c]
}

function code(expected: string) {
  return (error: unknown) => error instanceof PeerageError && error.code === expected
}

describe('a kind of the trust log', () => {
  test('[SR-AC-1] is there from the moment it is declared, and gone when it is retired', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    const put = () => a.records.put({ ...offer, value: hello })
    await assert.rejects(put(), code('RECORD_KIND_UNKNOWN'))
    net.declare(kind({}))
    assert.equal((await put()).version, 1)
    assert.equal(text((await b.records.get({ ...offer, owner: 'a' })).value), 'hello')
    net.declare(kind({}), net.time.now())
    await assert.rejects(put(), code('RECORD_KIND_RETIRED'))
    await assert.rejects(b.records.get({ ...offer, owner: 'a' }), code('RECORD_KIND_RETIRED'))
    assert.deepEqual(b.records.list({}).items, [])
    const asked = await a.overlay.call(b.nodeId, RECORD, { ask: 'fetch', owner: 'a', ...offer })
    assert.equal(asked.ok ? 'given' : asked.fault, 'RECORD_KIND_RETIRED')
  })

  for (const [ofRevoked, outcome] of [
    ['drop', 'RECORD_NOT_FOUND'],
    ['keep', 'hello']
  ] as const) {
    test(`[SR-ADM-7] with ${ofRevoked}: what a revoked writer had stored is ${outcome}, and it writes nothing more`, async () => {
      await using net = await recordNetwork(membersOf(3))
      const [a, b, c] = three(net)
      net.declare(kind({ ofRevoked }))
      await a.records.put({ ...offer, value: hello })
      const isStored = () => b.records.list({}).items.length > 0
      assert.ok(isStored())
      net.time.advance(1)
      net.revoke('a/desk')
      const read = c.records.get({ ...offer, owner: 'a' }).then(
        ({ value }) => text(value),
        (error: unknown) => (error instanceof PeerageError ? error.code : error)
      )
      assert.equal(await read, outcome)
      assert.equal(isStored(), ofRevoked === 'keep')
      const late = sealRecord(
        sampleContent({ ...offer, owner: 'a', version: 2, storedAt: net.time.now() }),
        a.key
      )
      const sent = await c.overlay.call(b.nodeId, RECORD, { ask: 'store', record: late })
      assert.equal(sent.ok ? 'stored' : sent.fault, 'RECORD_WRITER_REVOKED')
    })
  }

  test('[SR-AC-1] of a group: its members write one value together, until they lose the group', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    net.declare(kind({ writers: { by: 'groups', names: ['ops'] } }))
    net.group('a', 'ops')
    net.group('b', 'ops')
    const put = (node: RecordNode, value: string) =>
      node.records.put({ ...offer, value: Buffer.from(value) })
    assert.deepEqual([(await put(a, 'x')).version, (await put(b, 'y')).version], [1, 2])
    await assert.rejects(put(c, 'z'), code('RECORD_WRITER_DENIED'))
    assert.equal(text((await c.records.get(offer)).value), 'y')
    net.group('b')
    await assert.rejects(put(b, 'z'), code('RECORD_WRITER_DENIED'))
    await assert.rejects(c.records.get(offer), code('RECORD_NOT_FOUND'))
    const written = await put(a, 'again')
    assert.equal(written.version, 3)
    assert.deepEqual(written.refused, [])
    assert.equal((await c.records.get(offer)).signer.name, 'a/desk')
  })

  test('[SR-AC-1] of the authority: its key alone writes, about anybody', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    net.declare(kind({ writers: { by: 'authority' } }))
    const about = { ...offer, owner: 'b' }
    await assert.rejects(b.records.put({ ...about, value: hello }), code('AUTHORITY_ABSENT'))
    await assert.rejects(a.records.put({ ...offer, value: hello }), code('RECORD_OWNER_NEEDED'))
    await a.records.put({ ...about, value: hello })
    assert.equal((await b.records.get(about)).signer.name, 'authority')
  })

  test('[SR-AC-1] of a node: each writes its own, also beside other nodes of the member', async () => {
    await using net = await recordNetwork(['a/desk', 'a/phone', 'b/desk'])
    const [desk, phone, b] = three(net)
    const service = { kind: 'service', name: 'http' }
    await desk.records.put({ ...service, value: hello })
    await phone.records.put({ ...service, value: Buffer.from('other') })
    const foreign = { ...service, owner: 'a/desk', value: hello }
    await assert.rejects(phone.records.put(foreign), code('RECORD_WRITER_DENIED'))
    const got = await b.records.get({ ...service, owner: 'a/desk' })
    assert.deepEqual([text(got.value), got.version], ['hello', 1])
  })

  test('[SR-STO-1] holds as many records of one owner as it grants, and as large', async () => {
    await using net = await recordNetwork(membersOf(2))
    const [a] = net.nodes
    assert.ok(a !== undefined)
    net.declare(kind({ recordsMax: 1, valueBytesMax: 5, lifetimeMs: 60_000 }))
    const put = (change: object) => a.records.put({ ...offer, value: hello, ...change })
    await put({})
    await put({})
    await assert.rejects(put({ name: 'tea' }), code('RECORD_QUOTA_EXCEEDED'))
    await assert.rejects(put({ value: new Uint8Array(6) }), code('RECORD_TOO_LARGE'))
    await assert.rejects(put({ lifetimeMs: 60_001 }), code('RECORD_LIFETIME_TOO_LONG'))
    const short = await put({ lifetimeMs: 1000 })
    assert.equal(short.expiresAt, net.time.now() + 1000)
  })
})

describe('readers', () => {
  test('a holder refuses everybody else, and the node of a stranger asks nobody', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    net.declare(kind({ readers: { by: 'members', names: ['b'] } }))
    await a.records.put({ ...offer, value: hello })
    const wanted = { ...offer, owner: 'a' }
    assert.equal(text((await b.records.get(wanted)).value), 'hello')
    const before = b.overlay.received.length
    await assert.rejects(c.records.get(wanted), code('RECORD_READER_DENIED'))
    assert.equal(b.overlay.received.length, before)
    const asked = await c.overlay.call(b.nodeId, RECORD, { ask: 'fetch', ...wanted })
    assert.equal(asked.ok ? 'given' : asked.fault, 'RECORD_READER_DENIED')
    const control = await a.overlay.call(b.nodeId, RECORD, { ask: 'fetch', ...wanted })
    assert.ok(control.ok)
  })

  test('a group that is lost closes a kind at once', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b] = three(net)
    net.declare(kind({ readers: { by: 'groups', names: ['ops'] } }))
    net.group('b', 'ops')
    await a.records.put({ ...offer, value: hello })
    await b.records.get({ ...offer, owner: 'a' })
    net.group('b')
    await assert.rejects(b.records.get({ ...offer, owner: 'a' }), code('RECORD_READER_DENIED'))
  })
})

describe('a dictionary', () => {
  const dictionary = kind({ model: 'dictionary' })

  test('has an entry of each writer under one name, each with its own versions', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = three(net)
    net.declare(dictionary)
    await a.records.put({ ...offer, value: Buffer.from('1') })
    await a.records.put({ ...offer, value: Buffer.from('2') })
    await b.records.put({ ...offer, value: Buffer.from('3') })
    const { entries, complete, answered } = await c.records.entries(offer)
    const shown = entries.map(({ owner, version, value }) => [owner, version, text(value)])
    assert.deepEqual(shown, [
      ['a', 2, '2'],
      ['b', 1, '3']
    ])
    assert.deepEqual([complete, answered], [true, 2])
    assert.equal(text((await c.records.get({ ...offer, owner: 'b' })).value), '3')
    await assert.rejects(c.records.get(offer), code('RECORD_OWNER_NEEDED'))
    await assert.rejects(c.records.entries({ ...offer, name: 'tea' }), code('RECORD_NOT_FOUND'))
    await assert.rejects(c.records.entries({ kind: 'note', name: 'n' }), code('INVALID_ARGUMENT'))
  })

  test('[SR-INT-3] an entry that a holder hides or rolls back is shown by another', async () => {
    await using net = await recordNetwork(membersOf(4))
    const [a, b, c] = three(net)
    net.declare(dictionary)
    const old = sealRecord(sampleContent({ ...offer, owner: 'a', storedAt: net.time.now() }), a.key)
    for (let i = 0; i < 2; i++) await a.records.put({ ...offer, value: hello })
    net.network.intercept(b.nodeId, async () =>
      accept({ ask: 'entries', records: [old], next: '' })
    )
    const { entries } = await c.records.entries(offer)
    assert.deepEqual(
      entries.map(({ version }) => version),
      [2]
    )
  })

  test('a holder that lists without end is not followed, and what it invents does not count', async () => {
    await using net = await recordNetwork(membersOf(4))
    const [a, b, c] = three(net)
    net.declare(dictionary)
    await a.records.put({ ...offer, value: hello })
    let pages = 0
    net.network.intercept(b.nodeId, async () => {
      pages += 1
      const forged = sealRecord(sampleContent({ ...offer, owner: 'z' }), b.key)
      return accept({
        ask: 'entries',
        records: [forged],
        next: `n${String(pages).padStart(6, '0')}`
      })
    })
    const { entries, complete } = await c.records.entries(offer)
    assert.deepEqual(
      entries.map(({ owner }) => owner),
      ['a']
    )
    assert.equal(complete, false)
    const pagesMax =
      (LIMITS.recordEntriesMax * LIMITS.recordBytesMax) / LIMITS.recordEntriesBytesMax
    assert.equal(pages, Math.ceil(pagesMax))
    net.network.intercept(b.nodeId, async () => accept({ ask: 'entries', records: [], next: 'a' }))
    assert.equal((await c.records.entries(offer)).complete, true)
  })

  test('is read page by page where its entries do not fit into one answer', async () => {
    const members = Array.from({ length: 14 }, (_, i) => `m${String(i).padStart(2, '0')}/desk`)
    await using net = await recordNetwork(members)
    net.declare(dictionary)
    const value = new Uint8Array(NOTE.valueBytesMax)
    for (const node of net.nodes) await node.records.put({ ...offer, value })
    for (const node of [net.nodes[0], net.nodes[13]]) {
      assert.equal((await node?.records.entries(offer))?.entries.length, 14)
    }
  })
})
