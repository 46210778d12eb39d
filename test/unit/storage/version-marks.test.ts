import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, test } from 'node:test'
import { silentLogger } from '../../../src/log.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { MIGRATIONS } from '../../../src/storage/migrations.ts'
import { createVersionMarks } from '../../../src/storage/version-marks.ts'
import { NOW, sampleRecord } from '../../support/sample-record.ts'

/** The schema before marks had checksums. */
const WITHOUT_CHECKSUMS = 13

const record = sampleRecord({ version: 7 })
const mark = { version: 7, digest: record.digest }

describe('[SR-INT-3] the memory of versions', () => {
  const opened: Database[] = []
  afterEach(() => {
    for (const db of opened.splice(0)) db.close()
  })
  function marksIn(path = ':memory:') {
    const db = openDatabase(path)
    opened.push(db)
    const events: string[] = []
    const logger = { ...silentLogger, error: (event: string) => void events.push(event) }
    return { db, events, marks: createVersionMarks(db, logger) }
  }

  const CHANGES: Readonly<Record<string, string>> = {
    version: '3',
    digest: "'sha256:00'",
    owner: "'mallory'",
    kind: "'other'",
    is_stored: '0',
    forget_at: '1',
    location: "x'00'",
    checksum: "x'0011223344556677'"
  }
  for (const [column, value] of Object.entries(CHANGES)) {
    test(`says nothing false where ${column} was changed, and is logged and raised again`, () => {
      const { db, events, marks } = marksIn()
      marks.raise(record, true, NOW)
      assert.deepEqual(marks.newest(record.location), mark)
      db.prepare(`UPDATE record_versions SET ${column} = ${value}`).run()
      const place = column === 'location' ? Uint8Array.of(0) : record.location
      assert.equal(marks.newest(place), undefined)
      assert.deepEqual(events, ['storage.mark-damaged'])
      marks.raise(record, true, NOW)
      assert.deepEqual(marks.newest(record.location), mark)
    })
  }

  test('of a database from before there were checksums is all there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'peerage-marks-'))
    const path = join(folder, 'state.db')
    const old = new DatabaseSync(path)
    for (const migration of MIGRATIONS.slice(0, WITHOUT_CHECKSUMS)) old.exec(migration)
    old.exec(`PRAGMA application_id = ${0x50454552}; PRAGMA user_version = ${WITHOUT_CHECKSUMS}`)
    const { location, owner, version, digest, kind } = record
    old
      .prepare('INSERT INTO record_versions VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(location, owner, version, digest, 1, NOW, kind)
    old.close()
    const { marks, events } = marksIn(path)
    assert.deepEqual(marks.newest(location), mark)
    assert.deepEqual(events, [])
    rmSync(folder, { recursive: true })
  })
})
