import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { utf8 } from '../../../../src/encoding/bytes.ts'
import { type ErrorCode, PeerageError } from '../../../../src/errors.ts'
import { LIMITS } from '../../../../src/limits.ts'
import {
  type RecordNetwork,
  type RecordNode,
  recordNetwork,
  text
} from '../../../support/record-network.ts'

const PLAN = { kind: 'note', name: 'plan' }
const OF_ALICE = { ...PLAN, owner: 'alice' }

function node(net: RecordNetwork, name: string): RecordNode {
  const found = net.nodes.find((each) => `${each.member}/${each.node}` === name)
  assert.ok(found !== undefined)
  return found
}

const code = (expected: ErrorCode) => (error: unknown) =>
  error instanceof PeerageError && error.code === expected

async function refused(work: Promise<unknown>, expected: ErrorCode): Promise<PeerageError> {
  const error = await work.then(
    () => assert.fail('was accepted'),
    (thrown: unknown) => thrown
  )
  assert.ok(code(expected)(error), `${error}`)
  return error as PeerageError
}

/** What every node has on disk, as bytes. */
function stored(net: RecordNetwork): string {
  return net.nodes
    .flatMap(({ records }) => records.list({}).items)
    .map(({ bytes }) => Buffer.from(bytes).toString('latin1'))
    .join('')
}

const NODES = ['alice/desk', 'bob/desk', 'carol/desk', 'dave/desk']

describe('sealed values', () => {
  test('[SR-CONF-2] readers find and open it under its name; holders see neither', async () => {
    await using net = await recordNetwork(NODES)
    net.group('bob', 'staff')
    const sealTo = ['member:carol', 'group:staff']
    const put = { ...PLAN, value: utf8('attack at dawn'), sealTo }
    const written = await node(net, 'alice/desk').records.put(put)
    assert.deepEqual([written.name, written.readers], ['plan', ['group:staff', 'member:carol']])
    for (const reader of ['alice/desk', 'bob/desk', 'carol/desk']) {
      const read = await node(net, reader).records.get(OF_ALICE)
      assert.equal(text(read.value), 'attack at dawn', reader)
      assert.deepEqual([read.name, read.version, read.readers], ['plan', 1, written.readers])
    }
    const told = await refused(node(net, 'dave/desk').records.get(OF_ALICE), 'RECORD_SEALED')
    assert.equal(told.details['readers'], 'group:staff member:carol')
    assert.doesNotMatch(stored(net), /attack at dawn|plan/)
    const held = node(net, 'dave/desk').records.list({ kind: 'note' }).items[0]
    assert.match(held?.name ?? '', /^[0-9a-f]{32}$/)
    const direct = { kind: 'note', owner: 'alice', name: held?.name ?? '' }
    await refused(node(net, 'dave/desk').records.get(direct), 'RECORD_SEALED')
    assert.equal((await node(net, 'bob/desk').records.get(direct)).name, 'plan')
  })

  test('control: what is not sealed is there for everybody who holds it', async () => {
    await using net = await recordNetwork(NODES)
    await node(net, 'alice/desk').records.put({ ...PLAN, value: utf8('attack at dawn') })
    assert.match(stored(net), /attack at dawn/)
    assert.match(stored(net), /plan/)
  })

  test('versions, expectations, history and deletion go by the name', async () => {
    await using net = await recordNetwork(NODES)
    const { records } = node(net, 'alice/desk')
    const put = (value: string, expectedVersion?: number) =>
      records.put({ ...PLAN, value: utf8(value), sealTo: ['member:bob'], expectedVersion })
    await put('one', 0)
    await refused(put('two', 0), 'RECORD_STALE')
    assert.equal((await put('two', 1)).version, 2)
    const history = await node(net, 'bob/desk').records.history(OF_ALICE)
    assert.deepEqual(
      history.versions.map(({ record, isOpen }) => [text(record.value), isOpen]),
      [
        ['two', true],
        ['one', true]
      ]
    )
    assert.equal((await records.put({ ...PLAN, value: undefined })).name, 'plan')
    await refused(node(net, 'bob/desk').records.get(OF_ALICE), 'RECORD_DELETED')
    await refused(records.get(PLAN), 'RECORD_DELETED')
    assert.equal((await put('three')).version, 4)
  })

  test('a name is for everybody or for one audience, never for both', async () => {
    await using net = await recordNetwork(NODES)
    const { records } = node(net, 'alice/desk')
    const put = (name: string, ...sealTo: string[]) =>
      records.put({ kind: 'note', name, value: utf8('x'), sealTo })
    await put('open')
    await refused(put('open', 'member:bob'), 'RECORD_READERS_DIFFER')
    await put('shut', 'member:bob')
    await refused(put('shut'), 'RECORD_READERS_DIFFER')
    await refused(put('shut', 'member:carol'), 'RECORD_READERS_DIFFER')
    await records.put({ kind: 'note', name: 'shut', value: undefined })
    await put('shut', 'member:carol')
    assert.deepEqual((await records.get({ kind: 'note', name: 'shut' })).readers, ['member:carol'])
  })

  test('nobody, too many, a dictionary or the record of somebody else are refused', async () => {
    await using net = await recordNetwork(NODES)
    const { records } = node(net, 'alice/desk')
    const put = { ...PLAN, value: utf8('x') }
    for (const clause of ['bob', 'member:', 'group:none', 'member:zoe', 'node:bob', 'member:B']) {
      await refused(records.put({ ...put, sealTo: [clause] }), 'RECORD_READERS_INVALID')
    }
    const many = Array.from({ length: LIMITS.sealedClausesMax + 1 }, (_, i) => `group:g${i}`)
    await refused(records.put({ ...put, sealTo: many }), 'RECORD_READERS_INVALID')
    const sealTo = ['member:bob']
    await refused(records.put({ ...put, owner: 'bob', sealTo }), 'RECORD_WRITER_DENIED')
    const large = { ...PLAN, value: new Uint8Array(LIMITS.noteValueBytesMax), sealTo }
    await refused(records.put(large), 'RECORD_TOO_LARGE')
  })

  test('sealed again when a reader comes or goes; a revoked node opens nothing new', async () => {
    await using net = await recordNetwork([...NODES, 'bob/lap'])
    net.group('bob', 'staff')
    const alice = node(net, 'alice/desk')
    await alice.records.put({ ...PLAN, value: utf8('one'), sealTo: ['group:staff'] })
    const again = async () => {
      alice.records.readersChanged()
      let isIdle = false
      const idle = alice.records.idle().then(() => {
        isIdle = true
      })
      // A gap after each record that was sealed again.
      while (!isIdle) {
        net.time.advance(LIMITS.resealGapMs)
        await nextTurn()
      }
      await idle
    }
    net.group('carol', 'staff')
    await refused(node(net, 'carol/desk').records.get(OF_ALICE), 'RECORD_SEALED')
    await again()
    const read = await node(net, 'carol/desk').records.get(OF_ALICE)
    assert.deepEqual([text(read.value), read.version], ['one', 2])
    net.revoke('bob/lap')
    net.group('carol')
    await again()
    assert.equal((await node(net, 'bob/desk').records.get(OF_ALICE)).version, 3)
    await refused(node(net, 'carol/desk').records.get(OF_ALICE), 'RECORD_SEALED')
    await again()
    assert.equal((await alice.records.get(PLAN)).version, 3)
  })

  test('another node of the author reads and writes on', async () => {
    await using net = await recordNetwork([...NODES, 'alice/lap'])
    const sealTo = ['member:bob']
    await node(net, 'alice/desk').records.put({ ...PLAN, value: utf8('one'), sealTo })
    const lap = node(net, 'alice/lap').records
    assert.equal(text((await lap.get(PLAN)).value), 'one')
    await refused(lap.put({ ...PLAN, value: utf8('two') }), 'RECORD_READERS_DIFFER')
    assert.equal((await lap.put({ ...PLAN, value: utf8('two'), sealTo })).version, 2)
    assert.equal(text((await node(net, 'bob/desk').records.get(OF_ALICE)).value), 'two')
  })
})
