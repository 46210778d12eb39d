import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { PeerageError } from '../../../src/errors.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { MIGRATIONS } from '../../../src/storage/migrations.ts'
import { readBytes, readInteger, readText } from '../../../src/storage/row.ts'

const code = (expected: string) => (error: unknown) =>
  error instanceof PeerageError && error.code === expected

describe('the database file', () => {
  let folder: string
  let path: string
  let open: Database[]

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'peerage-database-'))
    path = join(folder, 'state.db')
    open = []
  })
  afterEach(() => {
    for (const db of open) db.close()
    rmSync(folder, { recursive: true })
  })
  function opened(at = path): Database {
    const db = openDatabase(at)
    open.push(db)
    return db
  }

  test('an unsynced transaction is in the file for whoever opens it after this process; the next is synced', () => {
    const db = opened()
    const level = () => db.prepare('PRAGMA synchronous').get()?.['synchronous']
    assert.equal(level(), 2)
    db.unsynced(() => {
      assert.equal(level(), 1)
      db.exec("INSERT INTO settings VALUES ('a', 'b')")
    })
    assert.equal(level(), 2)
    assert.equal(opened().prepare('SELECT count(*) AS n FROM settings').get()?.['n'], 1)
    assert.throws(() => db.unsynced(() => assert.fail('stop')))
    assert.equal(level(), 2)
    db.sync()
  })

  test('it is created with mode 0600, its side files too, and a wider mode is narrowed', () => {
    opened().exec("INSERT INTO settings VALUES ('a', 'b')")
    for (const suffix of ['', '-wal', '-shm']) {
      assert.equal(statSync(path + suffix).mode & 0o777, 0o600)
    }
    open.pop()?.close()
    chmodSync(path, 0o644)
    opened()
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  test('it is opened with full sync, a write-ahead log and foreign keys', () => {
    const db = opened()
    assert.deepEqual({ ...db.prepare('PRAGMA synchronous').get() }, { synchronous: 2 })
    assert.deepEqual({ ...db.prepare('PRAGMA journal_mode').get() }, { journal_mode: 'wal' })
    assert.deepEqual({ ...db.prepare('PRAGMA foreign_keys').get() }, { foreign_keys: 1 })
  })

  test('one that is up to date is opened without a write', () => {
    opened().close()
    const pagesLogged = () => statSync(`${path}-wal`).size
    const db = opened()
    assert.equal(pagesLogged(), 0)
    db.exec("INSERT INTO settings VALUES ('a', 'b')")
    assert.ok(pagesLogged() > 0)
  })

  test('[SR-AVL-2] what was committed is there after a new opening', () => {
    const db = opened()
    db.transaction(() => db.exec("INSERT INTO settings VALUES ('a', 'b')"))
    db.close()
    assert.equal(opened().prepare('SELECT value FROM settings').get()?.['value'], 'b')
  })

  test('[SR-AVL-2] a transaction that throws leaves nothing behind', () => {
    const db = opened()
    assert.throws(
      () =>
        db.transaction(() => {
          db.exec("INSERT INTO settings VALUES ('a', 'b')")
          throw new RangeError('stop')
        }),
      RangeError
    )
    assert.deepEqual(db.prepare('SELECT * FROM settings').all(), [])
  })

  test('an inner transaction joins the outer one, and its failure fails the outer one', () => {
    const db = opened()
    const insert = db.prepare('INSERT INTO settings VALUES (?, ?)')
    assert.equal(
      db.transaction(() => insert.run('a', '1') + db.transaction(() => insert.run('b', '2'))),
      2
    )
    assert.throws(() =>
      db.transaction(() => {
        insert.run('c', '3')
        assert.throws(() =>
          db.transaction(() => {
            throw new RangeError('stop')
          })
        )
      })
    )
    assert.equal(db.prepare('SELECT count(*) AS n FROM settings').get()?.['n'], 2)
    db.transaction(() => insert.run('d', '4'))
  })

  test('an asynchronous transaction is a bug that stores nothing', () => {
    const db = opened()
    assert.throws(() => db.transaction(async () => db.exec('DELETE FROM settings')), TypeError)
  })

  test('a violated constraint is a bug, not a storage fault', () => {
    const db = opened()
    const insert = db.prepare('INSERT INTO settings VALUES (?, ?)')
    insert.run('a', '1')
    assert.throws(
      () => insert.run('a', '1'),
      (error) => error instanceof Error && !(error instanceof PeerageError)
    )
  })

  test('a file that is no database is refused with STORAGE_DAMAGED and left as it is', () => {
    const text = 'a letter to the operator '.repeat(200)
    writeFileSync(path, text)
    assert.throws(() => opened(), code('STORAGE_DAMAGED'))
    assert.equal(readFileSync(path, 'utf8'), text)
  })

  test('a database of another program is refused with STORAGE_DAMAGED and left as it is', () => {
    const foreign = new DatabaseSync(path)
    foreign.exec('CREATE TABLE letters (text TEXT)')
    foreign.close()
    const before = readFileSync(path)
    assert.throws(() => opened(), code('STORAGE_DAMAGED'))
    assert.deepEqual(readFileSync(path), before)
    const named = new DatabaseSync(path)
    named.exec('PRAGMA user_version = 1')
    named.close()
    assert.throws(() => opened(), code('STORAGE_DAMAGED'))
  })

  test('a database of a newer version is refused with STORAGE_TOO_NEW and left as it is', () => {
    const db = opened()
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`)
    db.close()
    const before = readFileSync(path)
    assert.throws(
      () => opened(),
      (error) =>
        error instanceof PeerageError &&
        error.code === 'STORAGE_TOO_NEW' &&
        error.details['version'] === MIGRATIONS.length + 1
    )
    assert.deepEqual(readFileSync(path), before)
  })

  test('a missing table is found as STORAGE_DAMAGED', () => {
    const db = opened()
    db.exec('DROP TABLE settings')
    assert.throws(() => db.prepare('SELECT * FROM settings'), code('STORAGE_DAMAGED'))
  })

  test('overwritten pages are found as STORAGE_DAMAGED', () => {
    const db = opened()
    const insert = db.prepare('INSERT INTO settings VALUES (?, ?)')
    db.transaction(() => {
      for (let i = 0; i < 200; i++) insert.run(`key-${i}`, 'x'.repeat(200))
    })
    db.close()
    const bytes = readFileSync(path)
    bytes.fill(0xff, 8192)
    writeFileSync(path, bytes)
    assert.throws(() => opened().prepare('SELECT * FROM settings').all(), code('STORAGE_DAMAGED'))
  })

  test('[SR-AVL-2] on a full disk a transaction is STORAGE_FULL, and all before it is kept', () => {
    const db = opened()
    const insert = db.prepare('INSERT INTO settings VALUES (?, ?)')
    insert.run('kept', 'x')
    const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count'])
    db.exec(`PRAGMA max_page_count = ${pages}`)
    assert.throws(
      () =>
        db.transaction(() => {
          insert.run('small', 'x')
          insert.run('large', 'x'.repeat(100_000))
        }),
      code('STORAGE_FULL')
    )
    const keys = db.prepare('SELECT key FROM settings').all()
    assert.deepEqual(
      keys.map((row) => readText(row, 'key')),
      ['kept']
    )
  })

  test('a folder that cannot take the file is STORAGE_FAILED with the reason', () => {
    assert.throws(
      () => openDatabase(join(folder, 'nowhere', 'state.db')),
      (error) =>
        code('STORAGE_FAILED')(error) && (error as PeerageError).details['reason'] === 'ENOENT'
    )
    assert.throws(() => openDatabase(folder), code('STORAGE_FAILED'))
  })

  test('a database in memory has the same schema', () => {
    assert.deepEqual(opened(':memory:').prepare('SELECT * FROM settings').all(), [])
  })

  test('a reader that leaves early does not block a writer', () => {
    const db = opened()
    db.exec("INSERT INTO settings VALUES ('a', '1'), ('b', '2')")
    for (const row of db.prepare('SELECT key FROM settings ORDER BY key').iterate()) {
      assert.equal(readText(row, 'key'), 'a')
      break
    }
    db.transaction(() => db.exec('DELETE FROM settings'))
    db.close()
  })
})

describe('reading a column', () => {
  test('a value of another type is STORAGE_DAMAGED', () => {
    const row = { text: 'a', integer: 1, bytes: Uint8Array.of(1), none: null, real: 1.5 }
    assert.equal(readText(row, 'text'), 'a')
    assert.equal(readInteger(row, 'integer'), 1)
    assert.deepEqual(readBytes(row, 'bytes'), Uint8Array.of(1))
    assert.throws(() => readText(row, 'integer'), code('STORAGE_DAMAGED'))
    assert.throws(() => readInteger(row, 'real'), code('STORAGE_DAMAGED'))
    assert.throws(() => readInteger(row, 'text'), code('STORAGE_DAMAGED'))
    assert.throws(() => readBytes(row, 'none'), code('STORAGE_DAMAGED'))
    assert.throws(() => readText(row, 'absent'), code('STORAGE_DAMAGED'))
  })

  test('an integer above 2^53 is STORAGE_DAMAGED', () => {
    const db = openDatabase(':memory:')
    const read = db.prepare('SELECT 9223372036854775807 AS huge')
    assert.throws(() => read.get(), code('STORAGE_DAMAGED'))
    db.close()
  })
})
