import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../../src/crypto/random.ts'
import { homeAt } from '../../src/daemon/home.ts'
import { openOrSalvage } from '../../src/daemon/open-or-salvage.ts'
import { silentLogger } from '../../src/log.ts'
import { closeAtRest } from '../../src/storage/at-rest.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createRecordStore } from '../../src/storage/record-store.ts'
import { systemClock } from '../../src/time/clock.ts'
import { NETWORK, sampleRecord } from '../../test/support/sample-record.ts'
import { type Bench, compare } from './measure.ts'

const RECORDS = 100_000
const PER_OWNER = 1000

/** What 100 000 records of 1 KiB cost on disk, in memory, and at the start of a node. */
export const bench: Bench = async ({ rounds }) => {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-records-'))
  const home = homeAt(directory)
  fill(home.database)
  const load = async () => {
    const before = process.memoryUsage().rss
    const start = performance.now()
    const { db } = openOrSalvage(home, systemClock, () => ({}))
    const ms = performance.now() - start
    const rssMiB = (process.memoryUsage().rss - before) / 2 ** 20
    const closing = performance.now()
    closeAtRest(db, home.database)
    return { ms, rssMiB, closeMs: performance.now() - closing }
  }
  const loadAfterCrash = () => {
    rmSync(`${home.database}.sum`)
    return load()
  }
  try {
    const disk = statSync(home.database).size / RECORDS
    const comparison = await compare({
      title: `${RECORDS} records of 1 KiB, ${Math.round(disk)} bytes of disk each`,
      rounds,
      subjects: [
        { name: 'stopped', run: load },
        { name: 'crashed', run: loadAfterCrash }
      ],
      goals: [
        { subject: 'stopped', figure: 'ms', atMost: 2000 },
        { subject: 'crashed', figure: 'ms', atMost: 2000 }
      ]
    })
    return [comparison]
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Locations are spread as hashes are; the content is that of one record. */
function fill(path: string): void {
  const db = openDatabase(path)
  const store = createRecordStore(db, { network: NETWORK, logger: silentLogger })
  const sample = sampleRecord({ value: systemRandom.bytes(1024) })
  for (let owner = 0; owner < RECORDS / PER_OWNER; owner++) {
    db.transaction(() => {
      for (let i = 0; i < PER_OWNER; i++) {
        const place = { location: systemRandom.bytes(32), owner: `m${owner}`, name: `n${i}` }
        store.save({ ...sample, ...place }, sample.expiresAt)
      }
    })
  }
  closeAtRest(db, path)
}
