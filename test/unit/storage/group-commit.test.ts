import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { PeerageError } from '../../../src/errors.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { createGroupCommit, type GroupCommit } from '../../../src/storage/group-commit.ts'

describe('a group of writes', () => {
  let folder: string
  let db: Database
  let inGroup: GroupCommit
  let endTurn: (() => void)[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'peerage-group-'))
    db = openDatabase(join(folder, 'state.db'))
    endTurn = []
    inGroup = createGroupCommit(db, (run) => endTurn.push(run))
  })
  afterEach(() => {
    db.close()
    rmSync(folder, { recursive: true })
  })
  const insert = (key: string) => () =>
    db.prepare('INSERT INTO settings VALUES (?, ?)').run(key, 'x')
  const keys = () =>
    db
      .prepare('SELECT key FROM settings ORDER BY key')
      .all()
      .map((row) => row['key'])
  const commit = () => {
    for (const run of endTurn.splice(0)) run()
  }
  async function outcome(write: Promise<unknown>): Promise<unknown> {
    try {
      return await write
    } catch (error) {
      return error instanceof PeerageError ? error.code : 'failed'
    }
  }

  test('is one transaction, and nobody is told before its end', async () => {
    const told: string[] = []
    const both = ['a', 'b'].map(async (key) => {
      await inGroup(insert(key))
      told.push(key)
    })
    assert.equal(endTurn.length, 1)
    await Promise.resolve()
    assert.deepEqual([told, keys()], [[], []])
    commit()
    await Promise.all(both)
    assert.deepEqual(
      [told, keys()],
      [
        ['a', 'b'],
        ['a', 'b']
      ]
    )
  })

  test('a later write sees what an earlier one of the same turn has written', async () => {
    const first = inGroup(insert('a'))
    const second = inGroup(() => keys())
    commit()
    assert.deepEqual([await first, await second], [1, ['a']])
  })

  test('a write that throws has written nothing, and fails alone', async () => {
    const bad = inGroup(() => {
      insert('half')()
      throw new PeerageError('STORAGE_DAMAGED')
    })
    const good = inGroup(insert('whole'))
    commit()
    assert.deepEqual([await outcome(bad), await good], ['STORAGE_DAMAGED', 1])
    assert.deepEqual(keys(), ['whole'])
  })

  test('[SR-STO-4] when the transaction fails, each of its writes fails with the code', async () => {
    const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count'])
    db.exec(`PRAGMA max_page_count = ${pages}`)
    const large = inGroup(() =>
      db.prepare('INSERT INTO settings VALUES (?, ?)').run('large', 'x'.repeat(100_000))
    )
    const after = inGroup(insert('small'))
    commit()
    assert.deepEqual([await outcome(large), await outcome(after)], ['STORAGE_FULL', 'STORAGE_FULL'])
    assert.deepEqual(keys(), [])
    db.exec('PRAGMA max_page_count = 100000')
    const later = inGroup(insert('later'))
    commit()
    assert.equal(await later, 1)
  })

  test('what comes while a group is told is the next group', async () => {
    const next = inGroup(insert('a')).then(() => inGroup(insert('b')))
    commit()
    await Promise.resolve()
    await Promise.resolve()
    assert.deepEqual(keys(), ['a'])
    commit()
    await next
    assert.deepEqual(keys(), ['a', 'b'])
  })
})
