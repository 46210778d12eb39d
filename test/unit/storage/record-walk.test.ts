import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { PeerageError } from '../../../src/errors.ts'
import { silentLogger } from '../../../src/log.ts'
import { recordLocation } from '../../../src/records/location.ts'
import { requireStructure } from '../../../src/storage/at-rest.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createRecordStore } from '../../../src/storage/record-store.ts'
import { createRecordWalk } from '../../../src/storage/record-walk.ts'
import { NETWORK, NOW, sampleRecord } from '../../support/sample-record.ts'

const RECORDS = 1200
/** Signed once: it is what lies beside the signed bytes that is walked. */
const sample = { ...sampleRecord(), network: NETWORK }

describe('the walk through the records after a crash', () => {
  let folder: string
  let path: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'peerage-walk-'))
    path = join(folder, 'state.db')
    const db = openDatabase(path)
    const store = createRecordStore(db, { network: NETWORK, logger: silentLogger })
    db.transaction(() => {
      for (let i = 0; i < RECORDS; i++) {
        const name = `n${i}`
        store.save({ ...sample, name, location: recordLocation({ ...sample, name }) }, NOW)
      }
    })
    db.close()
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** Changes the file behind the back of the program. */
  function change(sql: string): void {
    const db = new DatabaseSync(path, { defensive: false })
    db.exec(sql)
    db.close()
  }

  /** Changes rows without the index that has to follow them. */
  function changeWithout(index: string, sql: string): void {
    const db = new DatabaseSync(path, { defensive: false })
    const row = db.prepare('SELECT * FROM sqlite_schema WHERE name = ?').get(index)
    assert.ok(row !== undefined)
    db.exec(`PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = '${index}'`)
    db.close()
    change(sql)
    const again = new DatabaseSync(path, { defensive: false })
    again.exec('PRAGMA writable_schema = ON')
    again
      .prepare('INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)')
      .run(...['type', 'name', 'tbl_name', 'rootpage', 'sql'].map((key) => row[key] ?? null))
    again.close()
  }

  /** In how many slices all was walked, or the table in which it found something. */
  function walk(): number | string {
    const db = openDatabase(path)
    try {
      requireStructure(db)
      const { next } = createRecordWalk(db, NETWORK)
      let slices = 1
      while (next()) slices++
      return slices
    } catch (error) {
      assert.ok(error instanceof PeerageError && error.code === 'STORAGE_DAMAGED')
      return String(error.details['part'])
    } finally {
      db.close()
    }
  }

  test('finds nothing in what nobody changed, slice by slice', () => {
    const slices = walk()
    assert.ok(typeof slices === 'number' && slices > 24, String(slices))
  })

  test('[SR-INT-3] a mark that has not its checksum is found', () => {
    const one = 'SELECT location FROM records WHERE rowid = 700'
    change(`UPDATE record_versions SET version = 9 WHERE location IN (${one})`)
    assert.equal(walk(), 'record_versions')
  })

  test('[SR-INT-2] a record in the place, under the name or of the size of another one is found', () => {
    const changes = ["name = 'elsewhere'", "owner = 'mallory'", "kind = 'other'", 'size = 1']
    for (const each of changes) {
      const db = new DatabaseSync(path)
      const before = db.prepare('SELECT * FROM records WHERE rowid = 700').get() ?? {}
      db.exec(`UPDATE records SET ${each} WHERE rowid = 700`)
      db.close()
      assert.equal(walk(), 'records', each)
      const { owner, kind, name, size } = before
      const again = new DatabaseSync(path)
      again
        .prepare('UPDATE records SET owner = ?, kind = ?, name = ?, size = ? WHERE rowid = 700')
        .run(owner ?? null, kind ?? null, name ?? null, size ?? null)
      again.close()
      assert.equal(typeof walk(), 'number')
    }
  })

  const INDEXES = ['records_by_expiry', 'records_by_name', 'records_by_key']
  for (const index of INDEXES) {
    test(`where ${index} leads past a row it is found`, () => {
      const values = "expires_at = 1, name = 'n-elsewhere'"
      changeWithout(index, `UPDATE records SET ${values} WHERE rowid = 900`)
      assert.equal(walk(), 'records')
    })

    test(`where ${index} has a row that is no more it is found before the walk`, () => {
      changeWithout(index, 'DELETE FROM records WHERE rowid = 900')
      assert.equal(walk(), 'pages')
    })
  }
})
