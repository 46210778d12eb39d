import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { accept, refuse, type Verdict } from '../../../../src/encoding/verdict.ts'
import { LIMITS } from '../../../../src/limits.ts'
import { RECORD } from '../../../../src/protocols/record/index.ts'
import { encodeEvidence, openEvidence } from '../../../../src/records/evidence.ts'
import { openRecord, sealRecord } from '../../../../src/records/record.ts'
import { openProof, sealProof } from '../../../../src/records/storage-proof.ts'
import { openReceipt, sealReceipt } from '../../../../src/records/storage-receipt.ts'
import type { MemoryCall } from '../../../support/memory-overlay.ts'
import { membersOf, type RecordNode, recordNetwork } from '../../../support/record-network.ts'
import {
  aliceKey,
  bobKey,
  NETWORK,
  NOW,
  OTHER_NETWORK,
  sampleContent,
  sampleRecord
} from '../../../support/sample-record.ts'

const note = { kind: 'note', name: 'n' }
const hello = Buffer.from('hello')
const nonce = new Uint8Array(LIMITS.auditNonceBytes)
const LATER = NOW + LIMITS.clockSkewMs + 1

type Request = { ask: string; record: Uint8Array; nonce: Uint8Array }
type Lie = (liar: RecordNode, call: MemoryCall) => Promise<Verdict<unknown>>

/** Signs for every record, and keeps none. */
async function keepNothing(liar: RecordNode, call: MemoryCall): Promise<Verdict<unknown>> {
  const request = call.request as Request
  if (request.ask !== 'store') return await call.pass()
  const record = openRecord(request.record, NETWORK)
  assert.ok(record.ok)
  return accept({ ask: 'store', receipt: sealReceipt(record.value, NOW, liar.key) })
}

/** Writes at one node, lets the other answer as it likes, and moves time until an audit. */
async function audited(lie?: Lie) {
  const net = await recordNetwork(membersOf(2))
  const [writer, liar] = net.nodes
  assert.ok(writer !== undefined && liar !== undefined)
  if (lie !== undefined) net.network.intercept(liar.nodeId, (call) => lie(liar, call))
  await writer.records.put({ ...note, value: hello })
  for (let moved = 0; moved <= LIMITS.clockSkewMs + LIMITS.recordAuditMs; moved += 60_000) {
    net.time.advance(60_000)
    for (let turns = 0; turns < 10; turns++) await turn()
  }
  await writer.records.idle()
  return { net, writer, liar }
}

describe('an audit of holders', () => {
  test('a holder that has what it signed for is left alone', async () => {
    const { net, writer, liar } = await audited()
    await using _ = net
    assert.deepEqual(writer.misbehavior, [])
    const asked = liar.overlay.received.filter(
      ({ request }) => (request as Request).ask === 'audit'
    )
    assert.ok(asked.length > 0)
  })

  const lies: Record<string, Lie> = {
    'signed for a record and has not got it': keepNothing,
    'proves other bytes': async (liar, call) => {
      const request = call.request as Request
      if (request.ask !== 'audit') return await call.pass()
      const { location } = sampleRecord({ owner: 'a', name: 'n' })
      const asked = { network: NETWORK, location, nonce: request.nonce, time: LATER + 60_000 }
      const other = sampleRecord({ owner: 'a', name: 'n', version: 1 })
      return accept({ ask: 'audit', proof: sealProof(asked, other, liar.key) })
    }
  }
  for (const [what, lie] of Object.entries(lies)) {
    test(`a holder that ${what} is found, with evidence that anybody can verify`, async () => {
      const { net, writer, liar } = await audited(lie)
      await using _ = net
      const [found] = writer.misbehavior
      assert.ok(found !== undefined)
      assert.deepEqual([found.nodeId, found.code], [liar.nodeId, 'RECORD_PROMISE_BROKEN'])
      const evidence = openEvidence(found.evidence, NETWORK)
      assert.ok(evidence.ok)
      assert.equal(evidence.value.nodeId, liar.nodeId)
      assert.ok(!openEvidence(found.evidence, OTHER_NETWORK).ok)
    })
  }

  test('a holder that cannot read its disk any more is no liar, and gets the record again', async () => {
    await using net = await recordNetwork(membersOf(2))
    const [writer, holder] = net.nodes
    assert.ok(writer !== undefined && holder !== undefined)
    await writer.records.put({ ...note, value: hello })
    holder.database.prepare("UPDATE records SET bytes = x'00'").run()
    const question = { ask: 'audit', ...note, owner: 'a', nonce } as const
    const answer = await writer.overlay.call(holder.nodeId, RECORD, question)
    assert.ok(!answer.ok && answer.fault === 'RECORD_LOST')
    net.time.advance(LIMITS.recordRepairMs)
    for (let turns = 0; turns < 20; turns++) await turn()
    await writer.records.idle()
    const again = await writer.overlay.call(holder.nodeId, RECORD, question)
    assert.ok(again.ok)
  })

  const evasions: Record<string, Lie> = {
    'refuses to answer': async (_, call) =>
      (call.request as Request).ask === 'audit' ? refuse('RECORD_LOST') : await call.pass(),
    'answers under another nonce': async (liar, call) => {
      if ((call.request as Request).ask !== 'audit') return await call.pass()
      const { location } = sampleRecord({ owner: 'a', name: 'n' })
      const asked = { network: NETWORK, location, nonce, time: LATER }
      return accept({ ask: 'audit', proof: sealProof(asked, undefined, liar.key) })
    },
    'answers with what is no proof': async (_, call) =>
      (call.request as Request).ask === 'audit'
        ? accept({ ask: 'audit', proof: Uint8Array.of(1) })
        : await call.pass()
  }
  for (const [what, lie] of Object.entries(evasions)) {
    test(`a holder that ${what} has proved nothing against itself`, async () => {
      const { net, writer } = await audited(lie)
      await using _ = net
      assert.deepEqual(writer.misbehavior, [])
    })
  }
})

describe('an author that signs two contents under one version', () => {
  test('[SR-INT-4] is proved by both, to whoever holds them; readers are told', async () => {
    await using net = await recordNetwork(membersOf(3))
    const [a, b, c] = net.nodes
    assert.ok(a !== undefined && b !== undefined && c !== undefined)
    await a.records.put({ ...note, value: hello })
    const content = { ...sampleContent({ owner: 'a', name: 'n' }), storedAt: net.time.now() }
    const forked = sealRecord({ ...content, value: Buffer.from('other') }, a.key)
    const answer = await c.overlay.call(b.nodeId, RECORD, { ask: 'store', record: forked })
    assert.ok(!answer.ok && answer.fault === 'RECORD_CONFLICT')
    const [found] = b.misbehavior
    assert.ok(found !== undefined)
    assert.deepEqual([found.nodeId, found.code], [a.nodeId, 'RECORD_EQUIVOCATION'])
    const evidence = openEvidence(found.evidence, NETWORK)
    assert.ok(evidence.ok && evidence.value.nodeId === a.nodeId)
    assert.equal((await b.records.get({ ...note, owner: 'a' })).conflict, true)
  })
})

describe('evidence that proves nothing is EVIDENCE_INVALID', () => {
  const record = sampleRecord()
  const receipt = sealReceipt(record, NOW, bobKey)
  const denial = (time: number, key = bobKey) =>
    sealProof({ network: NETWORK, location: record.location, nonce, time }, undefined, key)
  const longLived = sampleRecord({ lifetimeMs: LIMITS.noteLifetimeMs })
  const proof = sealProof(
    { network: NETWORK, location: record.location, nonce, time: LATER },
    longLived,
    bobKey
  )
  const kept = sealReceipt(longLived, NOW, bobKey)
  const broken = (...parts: Uint8Array[]) => encodeEvidence('RECORD_PROMISE_BROKEN', parts)
  const forked = (...parts: Uint8Array[]) => encodeEvidence('RECORD_EQUIVOCATION', parts)

  test('a receipt and a later denial of one holder prove that it broke its promise', () => {
    const evidence = openEvidence(broken(kept, denial(LATER), longLived.bytes), NETWORK)
    assert.ok(evidence.ok)
    assert.ok(openReceipt(kept, NETWORK).ok && openProof(denial(LATER), NETWORK).ok)
  })

  const cases: Record<string, Uint8Array> = {
    'a denial within the clock tolerance': broken(
      kept,
      denial(NOW + LIMITS.clockSkewMs),
      longLived.bytes
    ),
    'a denial before the receipt': broken(kept, denial(NOW - 1), longLived.bytes),
    'a denial after the record expired': broken(receipt, denial(LATER), record.bytes),
    'a denial of another node': broken(kept, denial(LATER, aliceKey), longLived.bytes),
    'a true proof': broken(kept, proof, longLived.bytes),
    'two receipts': broken(kept, kept, longLived.bytes),
    'a denial without the record': broken(kept, denial(LATER)),
    'a denial with another record': broken(kept, denial(LATER), record.bytes),
    'the same record twice': forked(record.bytes, record.bytes),
    'two versions': forked(record.bytes, sampleRecord({ version: 2 }).bytes),
    'two names': forked(record.bytes, sampleRecord({ name: 'other' }).bytes),
    'two signers': forked(record.bytes, sampleRecord({}, bobKey).bytes),
    'three records': forked(
      record.bytes,
      sampleRecord({ value: hello.subarray(1) }).bytes,
      record.bytes
    ),
    'no CBOR': Uint8Array.of(255)
  }
  for (const [what, bytes] of Object.entries(cases)) {
    test(what, () => {
      const opened = openEvidence(bytes, NETWORK)
      assert.ok(!opened.ok)
      assert.equal(opened.fault, 'EVIDENCE_INVALID')
    })
  }
})
