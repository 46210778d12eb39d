import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { accept } from '../../../../src/encoding/verdict.ts'
import { PeerageError } from '../../../../src/errors.ts'
import { LIMITS } from '../../../../src/limits.ts'
import { NOTE } from '../../../../src/records/built-in-kinds.ts'
import { openRecord } from '../../../../src/records/record.ts'
import { admitReceipt, openReceipt, sealReceipt } from '../../../../src/records/storage-receipt.ts'
import { membersOf, type RecordNode, recordNetwork } from '../../../support/record-network.ts'
import {
  NETWORK,
  NOW,
  OTHER_NETWORK,
  sampleRecord,
  strangerKey
} from '../../../support/sample-record.ts'

const note = { kind: 'note', name: 'n' }
const hello = Buffer.from('hello')

/** What a holder answers to a store in place of its own receipt. */
type Forge = (holder: RecordNode, record: Uint8Array) => Uint8Array

const signed = (holder: RecordNode, bytes: Uint8Array, now = NOW) => {
  const record = openRecord(bytes, NETWORK)
  assert.ok(record.ok)
  return sealReceipt(record.value, now, holder.key)
}

describe('storage receipts', () => {
  test('[SR-STO-5] [SR-STO-4] every holder signs that it has the record on disk, and the writer keeps that', async () => {
    await using net = await recordNetwork(membersOf(4))
    const [writer, ...others] = net.nodes
    assert.ok(writer !== undefined)
    const put = await writer.records.put({ ...note, value: hello })
    assert.deepEqual([put.copies, put.quorum], [4, 2])
    const receipts = writer.records.receipts(note).receipts
    assert.deepEqual(
      receipts.map(({ holder }) => holder).sort(),
      others.map(({ nodeId }) => nodeId).sort()
    )
    for (const receipt of receipts) {
      assert.deepEqual([receipt.digest, receipt.version], [put.digest, 1])
      assert.equal(receipt.until, put.expiresAt)
      assert.deepEqual(openReceipt(receipt.bytes, NETWORK), accept(receipt))
    }
  })

  test('[SR-STO-5] the newest receipt of a holder takes the place of the one before, until the record expires', async () => {
    await using net = await recordNetwork(membersOf(2))
    const [writer] = net.nodes
    assert.ok(writer !== undefined)
    await writer.records.put({ ...note, value: hello })
    await writer.records.put({ ...note, value: Buffer.from('again') })
    const versions = () => writer.records.receipts(note).receipts.map(({ version }) => version)
    assert.deepEqual(versions(), [2])
    net.time.jump(net.time.now() + LIMITS.noteLifetimeMs)
    net.time.advance(LIMITS.recordCollectMs)
    await writer.records.idle()
    assert.deepEqual(versions(), [])
  })

  const forged: Record<string, Forge> = {
    'signed by another node': (holder, bytes) => signed({ ...holder, key: strangerKey }, bytes),
    'of another record': (holder) => sealReceipt(sampleRecord(), NOW, holder.key),
    'of another network': (holder) =>
      sealReceipt(sampleRecord({ network: OTHER_NETWORK }), NOW, holder.key),
    'with a flipped bit': (holder, bytes) => {
      const receipt = signed(holder, bytes)
      return receipt.map((byte, i) => (i === receipt.length - 1 ? byte ^ 1 : byte))
    },
    'that is none': () => Uint8Array.of(1, 2, 3)
  }

  for (const [what, forge] of Object.entries(forged)) {
    test(`[SR-STO-4] [SR-STO-5] a receipt ${what} acknowledges nothing, and the put says so`, async () => {
      await using net = await recordNetwork(membersOf(2))
      const [writer, liar] = net.nodes
      assert.ok(writer !== undefined && liar !== undefined)
      net.network.intercept(liar.nodeId, async (call) => {
        const request = call.request as { ask: string; record: Uint8Array }
        if (request.ask !== 'store') return await call.pass()
        return accept({ ask: 'store', receipt: forge(liar, request.record) })
      })
      await assert.rejects(writer.records.put({ ...note, value: hello }), (error) => {
        assert.ok(error instanceof PeerageError)
        assert.equal(error.code, 'RECORD_UNDER_REPLICATED')
        assert.deepEqual(error.details['acknowledgedBy'], [writer.nodeId])
        const [refusal] = error.details['refused'] as { nodeId: string }[]
        assert.equal(refusal?.nodeId, liar.nodeId)
        return true
      })
      assert.deepEqual(writer.records.receipts(note).receipts, [])
    })
  }

  test('[SR-STO-4] the kind says how many copies there are, and how many must be on disk', async () => {
    await using net = await recordNetwork(membersOf(6))
    net.declare({ ...NOTE, copies: 3, quorum: 3 })
    const [writer] = net.nodes
    assert.ok(writer !== undefined)
    const put = await writer.records.put({ ...note, value: hello })
    assert.deepEqual([put.copies, put.quorum], [3, 3])
    assert.ok(put.acknowledgedBy.length === 3 || put.acknowledgedBy.length === 4)
    const holders = net.nodes.filter(({ records }) => records.list({}).items.length > 0)
    assert.deepEqual(holders.map(({ nodeId }) => nodeId).sort(), [...put.acknowledgedBy].sort())
  })

  test('a receipt for the very record of the very holder is admitted, any other is not', () => {
    const record = sampleRecord()
    const receipt = sealReceipt(record, NOW, strangerKey)
    const opened = openReceipt(receipt, NETWORK)
    assert.ok(opened.ok)
    const { holder } = opened.value
    assert.ok(admitReceipt(receipt, holder, record).ok)
    const other = admitReceipt(receipt, holder, sampleRecord({ version: 2 }))
    assert.ok(!other.ok && other.fault === 'RECORD_RECEIPT_INVALID')
    const wrong = openReceipt(receipt, OTHER_NETWORK)
    assert.ok(!wrong.ok && wrong.fault === 'WRONG_NETWORK')
    const large = openReceipt(new Uint8Array(LIMITS.storageStatementBytesMax + 1), NETWORK)
    assert.ok(!large.ok && large.fault === 'MESSAGE_TOO_LARGE')
  })
})
