import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { admitRecord } from '../../src/records/admit.ts'
import { openRecord, sealRecord } from '../../src/records/record.ts'
import { admitReceipt, sealReceipt } from '../../src/records/storage-receipt.ts'
import {
  aliceKey,
  bob,
  bobKey,
  NETWORK,
  rules,
  sampleContent
} from '../../test/support/sample-record.ts'
import { type Bench, compare, type Subject } from './measure.ts'

const RECORDS = 2_000
/** Of every key in SPKI, before its 32 bytes. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** What a record and a receipt cost beside the one signature check that neither can do without. */
export const bench: Bench = async ({ rounds }) => {
  const sealed = Array.from({ length: RECORDS }, (_, i) =>
    sealRecord(sampleContent({ name: `n${i}`, value: new Uint8Array(200) }), aliceKey)
  )
  const records = sealed.map((bytes) => {
    const opened = openRecord(bytes, NETWORK)
    assert.ok(opened.ok)
    return opened.value
  })
  const receipts = records.map((record) => sealReceipt(record, record.storedAt, bobKey))
  const spki = Buffer.concat([SPKI_PREFIX, aliceKey.publicKey.bytes])
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  const signed = sealed.map((bytes) => {
    const signature = aliceKey.sign(bytes)
    return { bytes, signature }
  })
  const subject = (name: string, check: (i: number) => boolean): Subject => ({
    name,
    async run() {
      const begun = performance.now()
      for (let i = 0; i < RECORDS; i++) assert.ok(check(i))
      return { 'per s': RECORDS / ((performance.now() - begun) / 1000) }
    }
  })
  const comparison = await compare({
    title: `${RECORDS} records of 200 bytes`,
    rounds,
    subjects: [
      subject('crypto.verify', (i) => {
        const one = signed[i]
        return one !== undefined && verify(null, one.bytes, key, one.signature)
      }),
      subject('record opened and admitted', (i) => {
        const opened = openRecord(sealed[i] ?? new Uint8Array(), NETWORK)
        return opened.ok && admitRecord(opened.value, rules).ok
      }),
      subject('receipt admitted', (i) => {
        const [record, receipt] = [records[i], receipts[i]]
        return (
          record !== undefined && receipt !== undefined && admitReceipt(receipt, bob, record).ok
        )
      }),
      subject('receipt signed', (i) => {
        const record = records[i]
        return record !== undefined && sealReceipt(record, record.storedAt, bobKey).length > 0
      })
    ],
    goals: [
      { subject: 'record opened and admitted', figure: 'per s', to: 'crypto.verify', atLeast: 0.85 }
    ]
  })
  return [comparison]
}
