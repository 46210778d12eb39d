import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { openDatabase } from '../../../src/storage/database.ts'
import { readText } from '../../../src/storage/row.ts'
import { SALVAGED_TABLES } from '../../../src/storage/salvage.ts'
import { DamagedHome, injuryOf } from '../../support/damaged-home.ts'

const SEEDS = 20

describe('a damaged database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'peerage-damage-'))
  const home = new DamagedHome(folder)
  after(() => rmSync(folder, { recursive: true }))

  test('one that is as it was closed is opened as it is', () => {
    const whole = { outcome: 'whole', records: home.records.length, entries: home.entries }
    assert.deepEqual(home.startAfter(undefined, '', false), whole)
    assert.deepEqual(home.startAfter(undefined, '', true), whole)
  })

  test('[SR-INT-2] one flipped bit, a truncation or an empty page is always found, and never gives a wrong value', () => {
    const outcomes = new Map<string, number>()
    for (let i = 0; i < SEEDS; i++) {
      const found = home.startAfter(injuryOf(i), `seed-${i}`, false)
      assert.notEqual(found.outcome, 'whole', `seed ${i}`)
      outcomes.set(found.outcome, (outcomes.get(found.outcome) ?? 0) + 1)
    }
    assert.ok((outcomes.get('salvaged') ?? 0) > SEEDS / 2, JSON.stringify([...outcomes]))
  })

  test('[SR-INT-2] after a crash, too, no value is wrong: what is missing is missing', () => {
    for (let i = 0; i < SEEDS; i++) {
      const { outcome, records } = home.startAfter(injuryOf(i), `crash-${i}`, true)
      if (outcome === 'whole') assert.ok(records >= home.records.length - 1, `seed ${i}`)
    }
  })

  test('every table of the schema is taken over or left out on purpose', () => {
    const db = openDatabase(':memory:')
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    const tables = db.prepare(sql).all()
    const names = tables.map((row) => readText(row, 'name')).sort()
    db.close()
    assert.deepEqual([...SALVAGED_TABLES].sort(), names)
  })

  test('what is lost is said', () => {
    const { salvaged, entries } = home.startAfter('flipped bit', 'seed-0', false)
    assert.ok(salvaged !== undefined)
    assert.match(salvaged.file, /state\.db\.damaged-\d+$/)
    assert.ok(salvaged.lost.includes('tokens'))
    assert.equal(salvaged.entries, entries)
  })
})
