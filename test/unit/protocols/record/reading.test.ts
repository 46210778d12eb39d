import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accept, refuse } from '../../../../src/encoding/verdict.ts'
import { nodeIdOf } from '../../../../src/identity/node-id.ts'
import { Reading } from '../../../../src/protocols/record/reading.ts'
import { openRecord } from '../../../../src/records/record.ts'
import { NETWORK, sampleKey, sampleRecord } from '../../../support/sample-record.ts'

const holders = [1, 2, 3].map((seed) => nodeIdOf(sampleKey(seed).publicKey))

test('the same bytes of several holders are verified once, others never on their word', () => {
  const genuine = sampleRecord()
  const forged = Uint8Array.from(genuine.bytes)
  forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
  let judged = 0
  const reading = new Reading((bytes) => {
    judged++
    const opened = openRecord(bytes, NETWORK)
    return opened.ok ? accept(opened.value) : refuse(opened.fault)
  })
  for (const holder of holders.slice(0, 2)) {
    const records = [Uint8Array.from(genuine.bytes)]
    reading.add(holder, accept({ ask: 'fetch', records, newest: 1 }))
  }
  assert.equal(judged, 1)
  for (const holder of holders.slice(2)) {
    reading.add(holder, accept({ ask: 'fetch', records: [forged], newest: 1 }))
  }
  assert.equal(judged, 2)
  assert.deepEqual(reading.holdersOf(genuine), holders.slice(0, 2))
  assert.deepEqual([...reading.faults.values()], ['RECORD_SIGNATURE_INVALID'])
})
