import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '../../src/crypto/random.ts'
import { homeAt } from '../../src/daemon/home.ts'
import { openOrSalvage } from '../../src/daemon/open-or-salvage.ts'
import { silentLogger } from '../../src/log.ts'
import { recordLocation } from '../../src/records/location.ts'
import { closeAtRest } from '../../src/storage/at-rest.ts'
import { type Database, openDatabase } from '../../src/storage/database.ts'
import { createRecordStore } from '../../src/storage/record-store.ts'
import { createRecordWalk } from '../../src/storage/record-walk.ts'
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
    const { db, salvaged, isUnchanged } = openOrSalvage(home, systemClock, () => ({}))
    const ms = performance.now() - start
    assert.equal(salvaged, undefined)
    const rssMiB = (process.memoryUsage().rss - before) / 2 ** 20
    const walked = isUnchanged ? {} : walk(db)
    const closing = performance.now()
    closeAtRest(db, home.database)
    return { ms, rssMiB, closeMs: performance.now() - closing, ...walked }
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
        { subject: 'crashed', figure: 'ms', atMost: 2000 },
        { subject: 'crashed', figure: 'longest slice ms', atMost: 50 }
      ]
    })
    return [comparison]
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** What a node does once it is up, without the gaps. */
function walk(db: Database) {
  const { next } = createRecordWalk(db, NETWORK)
  const begun = performance.now()
  let longest = 0
  for (let isOver = false; !isOver; ) {
    const start = performance.now()
    isOver = !next()
    longest = Math.max(longest, performance.now() - start)
  }
  return { 'walk ms': performance.now() - begun, 'longest slice ms': longest }
}

/** The content is that of one record. */
function fill(path: string): void {
  const db = openDatabase(path)
  const store = createRecordStore(db, { network: NETWORK, logger: silentLogger })
  const sample = sampleRecord({ value: systemRandom.bytes(1024) })
  const { kind } = sample
  for (let i = 0; i < RECORDS / PER_OWNER; i++) {
    db.transaction(() => {
      for (let j = 0; j < PER_OWNER; j++) {
        const [owner, name] = [`m${i}`, `n${j}`]
        const location = recordLocation({ network: NETWORK, kind, owner, name })
        store.save({ ...sample, location, owner, name }, sample.expiresAt)
      }
    })
  }
  closeAtRest(db, path)
}
