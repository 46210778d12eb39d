import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLogger } from '../../src/log.ts'
import type { VerifiedRecord } from '../../src/records/record.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createRecordStore, type RecordStore } from '../../src/storage/record-store.ts'
import { NETWORK, sampleRecord } from '../../test/support/sample-record.ts'
import { type Bench, compare } from './measure.ts'

const RECORDS = 640
/** As many as come in one turn when a peer has all its requests in flight. */
const AT_ONCE = 64

/** Records of 1 KiB stored one sync each, and as many by groups of one turn. */
export const bench: Bench = async ({ rounds }) => {
  const value = new Uint8Array(1024).fill(7)
  const records = Array.from({ length: RECORDS }, (_, i) => sampleRecord({ name: `n${i}`, value }))
  const comparison = await compare({
    title: `${RECORDS} records of 1 KiB, each acknowledged when it is synced`,
    rounds,
    subjects: [
      { name: 'one sync each', run: () => onDisk((store) => oneByOne(store, records)) },
      { name: 'groups', run: () => onDisk((store) => inGroups(store, records)) }
    ],
    goals: [{ subject: 'groups', figure: 'records per s', to: 'one sync each', atLeast: 10 }]
  })
  return [comparison]
}

async function onDisk(
  run: (store: RecordStore) => Promise<void>
): Promise<{ 'records per s': number }> {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-group-'))
  const db = openDatabase(join(folder, 'state.db'))
  try {
    const store = createRecordStore(db, { network: NETWORK, logger: silentLogger })
    const start = performance.now()
    await run(store)
    const seconds = (performance.now() - start) / 1000
    assert.equal(db.prepare('SELECT count(*) AS n FROM records').get()?.['n'], RECORDS)
    return { 'records per s': RECORDS / seconds }
  } finally {
    db.close()
    rmSync(folder, { recursive: true })
  }
}

async function oneByOne(store: RecordStore, records: readonly VerifiedRecord[]): Promise<void> {
  for (const record of records) store.save(record, record.expiresAt)
}

async function inGroups(store: RecordStore, records: readonly VerifiedRecord[]): Promise<void> {
  for (let i = 0; i < records.length; i += AT_ONCE) {
    const group = records.slice(i, i + AT_ONCE)
    await Promise.all(
      group.map((record) => store.inGroup(() => store.save(record, record.expiresAt)))
    )
  }
}
