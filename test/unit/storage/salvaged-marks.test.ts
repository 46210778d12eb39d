import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { homeAt } from '../../../src/daemon/home.ts'
import { openOrSalvage } from '../../../src/daemon/open-or-salvage.ts'
import { PeerageError } from '../../../src/errors.ts'
import { silentLogger } from '../../../src/log.ts'
import { closeAtRest, condemn } from '../../../src/storage/at-rest.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createRecordStore, type RecordStore } from '../../../src/storage/record-store.ts'
import { createTrustStore } from '../../../src/storage/trust-store.ts'
import { TrustLog } from '../../../src/trust/trust-log.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { sampleRecord } from '../../support/sample-record.ts'
import { TestHistory } from '../../support/trust-network.ts'

const history = new TestHistory('marks')
const time = new FakeTime(history.time)
const { network, genesis } = history
const forgetAt = time.now() + 1_000_000

const stored = sampleRecord({ network, name: 'stored' })
const onlyRead = sampleRecord({ network, name: 'only-read', version: 9 })

describe('[SR-INT-3] the memory of versions in a salvage', () => {
  let folder: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'peerage-salvage-'))
    const { database } = homeAt(folder)
    const db = openDatabase(database)
    TrustLog.create(createTrustStore(db), { clock: time, network, genesis })
    const store = createRecordStore(db, { network, logger: silentLogger })
    store.save(stored, forgetAt)
    store.remember(onlyRead, forgetAt)
    closeAtRest(db, database)
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function change(sql: string): void {
    const db = new DatabaseSync(homeAt(folder).database)
    db.exec(sql)
    db.close()
  }

  function salvage(look: (store: RecordStore) => void): readonly string[] {
    const { db, salvaged } = openOrSalvage(homeAt(folder), time, (opened) => ({
      log: TrustLog.load(createTrustStore(opened), { clock: time })
    }))
    look(createRecordStore(db, { network, logger: silentLogger }))
    db.close()
    assert.ok(salvaged !== undefined)
    return salvaged.lost
  }

  test('is kept without a record, and has no gaps where its table is whole', () => {
    condemn(homeAt(folder).database)
    const lost = salvage((store) => {
      assert.equal(store.newest(onlyRead.location)?.version, 9)
      assert.equal(store.newest(stored.location)?.version, 1)
      assert.equal(store.load(stored.location)?.digest, stored.digest)
    })
    assert.equal(lost.includes('record_versions'), false)
    assert.ok(lost.includes('tokens'))
  })

  test('is forgotten when it would have been, not later', () => {
    condemn(homeAt(folder).database)
    salvage((store) => {
      store.collectExpired(forgetAt)
      assert.equal(store.newest(onlyRead.location), undefined)
      assert.equal(store.newest(stored.location), undefined)
    })
  })

  test('has gaps where a row has not its checksum: the record alone says what it knows', () => {
    change('UPDATE record_versions SET version = 4')
    condemn(homeAt(folder).database)
    const lost = salvage((store) => {
      assert.equal(store.newest(onlyRead.location), undefined)
      assert.equal(store.newest(stored.location)?.version, 1)
    })
    assert.ok(lost.includes('record_versions'))
  })

  test('has gaps where the log of the database has lost its end', () => {
    const { database } = homeAt(folder)
    const db = openDatabase(database)
    const store = createRecordStore(db, { network, logger: silentLogger })
    for (let version = 2; version < 8; version++) {
      store.save(sampleRecord({ network, name: 'stored', version }), forgetAt)
    }
    for (const side of ['', '-wal', '-shm']) {
      copyFileSync(`${database}${side}`, `${database}.killed${side}`)
    }
    db.close()
    for (const side of ['', '-wal', '-shm']) {
      copyFileSync(`${database}.killed${side}`, `${database}${side}`)
    }
    const log = readFileSync(`${database}-wal`)
    const middle = Math.floor(log.length / 2)
    log[middle] = (log[middle] ?? 0) ^ 1
    writeFileSync(`${database}-wal`, log)
    rmSync(`${database}.sum`, { force: true })
    const lost = salvage((salvaged) => {
      const version = salvaged.newest(stored.location)?.version ?? 0
      assert.ok(version >= 1 && version < 7, `control: version ${version}`)
    })
    assert.ok(lost.includes('record_versions'))
  })

  test('never leads an authority back: it does not start, and the files stay as they are', () => {
    const { database, authorityKey } = homeAt(folder)
    const db = openDatabase(database)
    db.exec("INSERT INTO settings VALUES ('a', 'b')")
    for (const side of ['', '-wal', '-shm']) {
      copyFileSync(`${database}${side}`, `${database}.killed${side}`)
    }
    db.close()
    for (const side of ['', '-wal', '-shm']) {
      copyFileSync(`${database}.killed${side}`, `${database}${side}`)
    }
    writeFileSync(`${database}-wal`, readFileSync(`${database}-wal`).subarray(0, 3000))
    writeFileSync(authorityKey, '')
    for (let i = 0; i < 2; i++) {
      assert.throws(
        () => openOrSalvage(homeAt(folder), time, () => ({})),
        (error) => error instanceof PeerageError && error.details['part'] === 'log'
      )
    }
    assert.equal(readFileSync(`${database}-wal`).length, 3000)
  })
})
