import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { admitRecord } from '../../src/records/admit.ts'
import { openRecord, sealRecord, type VerifiedRecord } from '../../src/records/record.ts'
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

const receiptOf = (record: VerifiedRecord) => sealReceipt(record, record.storedAt, bobKey)

/** What a record and a receipt cost beside the one signature check that neither can do without. */
export const bench: Bench = async ({ rounds }) => {
  const spki = Buffer.concat([SPKI_PREFIX, aliceKey.publicKey.bytes])
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' })
  let made = 0
  /** New ones each time: what was verified before is not verified again. */
  const sealNew = () =>
    Array.from({ length: RECORDS }, () =>
      sealRecord(sampleContent({ name: `n${made++}`, value: new Uint8Array(200) }), aliceKey)
    )
  const openNew = () =>
    sealNew().map((bytes) => {
      const opened = openRecord(bytes, NETWORK)
      assert.ok(opened.ok)
      return opened.value
    })
  const subject = <T>(name: string, make: () => T[], check: (one: T) => boolean): Subject => ({
    name,
    async run() {
      const all = make()
      const begun = performance.now()
      for (const one of all) assert.ok(check(one))
      return { 'per s': RECORDS / ((performance.now() - begun) / 1000) }
    }
  })
  const comparison = await compare({
    title: `${RECORDS} records of 200 bytes`,
    rounds,
    subjects: [
      subject(
        'crypto.verify',
        () => sealNew().map((bytes) => ({ bytes, signature: aliceKey.sign(bytes) })),
        ({ bytes, signature }) => verify(null, bytes, key, signature)
      ),
      subject('record opened and admitted', sealNew, (bytes) => {
        const opened = openRecord(bytes, NETWORK)
        return opened.ok && admitRecord(opened.value, rules).ok
      }),
      subject(
        'the same bytes once more',
        () => openNew().map((record) => record.bytes),
        (bytes) => openRecord(bytes, NETWORK).ok
      ),
      subject(
        'receipt admitted',
        () => openNew().map((record) => ({ record, receipt: receiptOf(record) })),
        ({ record, receipt }) => admitReceipt(receipt, bob, record).ok
      ),
      subject('receipt signed', openNew, (record) => receiptOf(record).length > 0)
    ],
    goals: [
      { subject: 'record opened and admitted', figure: 'per s', to: 'crypto.verify', atLeast: 0.85 }
    ]
  })
  return [comparison]
}
