import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { utf8 } from '../../../../src/encoding/bytes.ts'
import { PeerageError } from '../../../../src/errors.ts'
import { LIMITS } from '../../../../src/limits.ts'
import type { RecordChange } from '../../../../src/protocols/record/index.ts'
import {
  membersOf,
  type RecordNetwork,
  type RecordNode,
  recordNetwork
} from '../../../support/record-network.ts'

const GREETING = { kind: 'note', name: 'greeting', owner: 'a' }

function writerOf({ nodes: [writer] }: RecordNetwork): RecordNode {
  assert.ok(writer !== undefined)
  return writer
}

/** Somebody who does not hold the record, so that nothing tells of it but asking. */
async function strangerOf(net: RecordNetwork): Promise<RecordNode> {
  const put = await putOf(net, 'one')
  const stranger = net.nodes.find(({ nodeId }) => !put.acknowledgedBy.includes(nodeId))
  assert.ok(stranger !== undefined)
  return stranger
}

const putOf = (net: RecordNetwork, value: string) =>
  writerOf(net).records.put({ ...GREETING, value: utf8(value) })

/** Moves time until the condition holds; it must within the longest wait. */
async function within(net: RecordNetwork, condition: () => boolean): Promise<number> {
  for (let ms = 0; ms <= 2 * LIMITS.recordWatchMsMax; ms += 500) {
    for (let turns = 0; turns < 50; turns++) {
      if (condition()) return ms
      await nextTurn()
    }
    net.time.advance(500)
  }
  return assert.fail('nothing was seen')
}

describe('watching a record', () => {
  test('a change is seen where the record is not held, once, within the longest wait', async () => {
    await using net = await recordNetwork(membersOf(12))
    const { records } = await strangerOf(net)
    const changes: RecordChange[] = []
    const watch = await records.watch(GREETING, (change) => changes.push(change))
    watch.start()
    await putOf(net, 'two')
    const ms = await within(net, () => changes.length > 0)
    assert.ok(ms <= LIMITS.recordWatchMsMax + 500)
    assert.deepEqual(
      changes.map(({ version, missed, deleted }) => [version, missed, deleted]),
      [[2, 0, false]]
    )
    await writerOf(net).records.put({ ...GREETING, value: undefined })
    await within(net, () => changes.length > 1)
    assert.deepEqual([changes[1]?.version, changes[1]?.deleted], [3, true])
    watch.end()
    await putOf(net, 'four')
    net.time.advance(LIMITS.recordWatchMsMax)
    await records.idle()
    assert.equal(changes.length, 2)
  })

  test('a watch that resumes is told at once what it missed, and how much', async () => {
    await using net = await recordNetwork(membersOf(12))
    const { records } = await strangerOf(net)
    const first = await records.watch(GREETING, () => {})
    first.end()
    for (const value of ['two', 'three', 'four']) await putOf(net, value)
    const changes: RecordChange[] = []
    const since = first.cursor
    const again = await records.watch({ ...GREETING, since }, (change) => changes.push(change))
    again.start()
    assert.equal(await within(net, () => changes.length > 0), 0)
    assert.deepEqual([changes[0]?.version, changes[0]?.missed], [4, 2])
    again.end()
  })

  test('what is not there yet is waited for; a holder learns of it without asking', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [, holder] = net.nodes
    const changes: RecordChange[] = []
    const watch = await holder?.records.watch(GREETING, (change) => changes.push(change))
    assert.equal(watch?.cursor, '0.')
    watch?.start()
    await holder?.records.idle()
    await putOf(net, 'one')
    assert.equal(await within(net, () => changes.length > 0), 0)
    watch?.end()
  })

  test('a cursor that is none is refused', async () => {
    await using net = await recordNetwork(['a/desk'])
    for (const since of ['', '1', 'x.', '01.', `1.sha256:${'g'.repeat(64)}`, '-1.']) {
      await assert.rejects(
        writerOf(net).records.watch({ ...GREETING, since }, () => {}),
        (error: unknown) => error instanceof PeerageError && error.code === 'INVALID_ARGUMENT'
      )
    }
  })
})
