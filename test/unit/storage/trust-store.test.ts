import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { PeerageError } from '../../../src/errors.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { createTrustStore, stageTrustLog } from '../../../src/storage/trust-store.ts'
import { TrustLog } from '../../../src/trust/trust-log.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { accepted, TestHistory } from '../../support/trust-network.ts'

const code = (expected: string) => (error: unknown) =>
  error instanceof PeerageError && error.code === expected

const history = new TestHistory('store')
history.addMember('anna')
for (let i = 0; i < 12; i++) history.addNode('anna', `node-${i}`)
const clock = new FakeTime(history.time)

function fill(db: Database): TrustLog {
  const { network, genesis } = history
  const log = accepted(TrustLog.create(createTrustStore(db), { clock, network, genesis }))
  accepted(log.advance({ checkpoint: history.checkpoint(), entries: history.entries }))
  return log
}

describe('a trust log in a database file', () => {
  let folder: string
  let intact: Buffer

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'peerage-trust-'))
    const path = join(folder, 'intact.db')
    const db = openDatabase(path)
    fill(db)
    db.close()
    intact = readFileSync(path)
  })
  after(() => rmSync(folder, { recursive: true }))

  /** What loading says after `change`: the code of its error, or the root. */
  function outcome(change: (bytes: Buffer) => void): string {
    const path = join(folder, 'changed.db')
    const bytes = Buffer.from(intact)
    change(bytes)
    writeFileSync(path, bytes)
    let db: Database | undefined
    try {
      db = openDatabase(path)
      const log = TrustLog.load(createTrustStore(db), { clock })
      assert.deepEqual(log.entries(0, log.size), history.entries)
      assert.deepEqual(log.head().bytes, history.checkpoint())
      return 'intact'
    } catch (error) {
      if (!(error instanceof PeerageError)) throw error
      return error.code
    } finally {
      db?.close()
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true })
    }
  }

  test('[SR-AVL-2] it is there after closing and opening', () => {
    assert.equal(
      outcome(() => undefined),
      'intact'
    )
  })

  test('[SR-AVL-2] a byte changed anywhere in an entry or a checkpoint is STORAGE_DAMAGED', () => {
    const parts = [...history.entries, history.checkpoint(), history.genesis.checkpoint]
    for (const [i, part] of parts.entries()) {
      assert.ok(intact.includes(part))
      for (const offset of [0, (i * 37) % part.length, part.length - 1]) {
        const found = outcome((bytes) => {
          // SQLite leaves old copies behind when it moves rows: change all of them.
          for (let at = bytes.indexOf(part); at !== -1; at = bytes.indexOf(part, at + 1)) {
            bytes[at + offset] = (bytes[at + offset] ?? 0) ^ 0x10
          }
        })
        assert.equal(found, 'STORAGE_DAMAGED', `part ${i}, byte ${offset}`)
      }
    }
  })

  test('[SR-AVL-2] a byte changed anywhere in the file never gives another state', {
    timeout: 60_000
  }, () => {
    const outcomes = new Set<string>()
    for (let at = 0; at < intact.length; at += 211) {
      outcomes.add(
        outcome((bytes) => {
          bytes[at] = (bytes[at] ?? 0) ^ 0xff
        })
      )
    }
    assert.ok(outcomes.has('STORAGE_DAMAGED'))
    for (const found of outcomes) assert.match(found, /^(intact|STORAGE_\w+)$/)
  })

  test('[SR-AVL-2] a file cut off anywhere never gives another state', () => {
    for (let length = 4096; length < intact.length; length += 4096) {
      const path = join(folder, 'cut.db')
      writeFileSync(path, intact.subarray(0, length))
      assert.throws(() => {
        const db = openDatabase(path)
        try {
          TrustLog.load(createTrustStore(db), { clock })
        } finally {
          db.close()
        }
      }, code('STORAGE_DAMAGED'))
    }
  })
})

describe('[SR-AVL-2] a trust log changed with SQL is STORAGE_DAMAGED:', () => {
  const other = new TestHistory('other')
  const changes: Record<string, string> = {
    'the last entry removed': 'DELETE FROM trust_entries WHERE position = 13',
    'an entry in the middle removed': 'DELETE FROM trust_entries WHERE position = 5',
    'genesis removed': 'DELETE FROM trust_entries WHERE position = 0',
    'all entries removed': 'DELETE FROM trust_entries',
    'an entry added': 'INSERT INTO trust_entries SELECT 14, bytes FROM trust_entries LIMIT 1',
    'two entries exchanged':
      'UPDATE trust_entries SET bytes = (SELECT bytes FROM trust_entries AS b WHERE b.position = 9 - trust_entries.position) WHERE position IN (4, 5)',
    'an entry emptied': "UPDATE trust_entries SET bytes = x'' WHERE position = 3",
    'the head removed': "DELETE FROM trust_checkpoints WHERE slot = 'head'",
    'both checkpoints removed': 'DELETE FROM trust_checkpoints',
    'the genesis checkpoint removed': "DELETE FROM trust_checkpoints WHERE slot = 'genesis'",
    'the head as genesis checkpoint':
      "UPDATE trust_checkpoints SET bytes = (SELECT bytes FROM trust_checkpoints WHERE slot = 'head')"
  }
  for (const [what, sql] of Object.entries(changes)) {
    test(what, () => {
      const db = openDatabase(':memory:')
      fill(db)
      db.exec(sql)
      assert.throws(() => TrustLog.load(createTrustStore(db), { clock }), code('STORAGE_DAMAGED'))
      db.close()
    })
  }

  test('an entry replaced by one that the same authority signed', () => {
    const db = openDatabase(':memory:')
    fill(db)
    const signed = history.next({
      type: 'member-added',
      attributes: {},
      member: 'eve',
      groups: [],
      index: 13
    })
    db.prepare('UPDATE trust_entries SET bytes = ? WHERE position = 13').run(signed)
    assert.throws(() => TrustLog.load(createTrustStore(db), { clock }), code('STORAGE_DAMAGED'))
    db.close()
  })

  test('genesis replaced by that of another network', () => {
    const db = openDatabase(':memory:')
    fill(db)
    db.prepare('UPDATE trust_entries SET bytes = ? WHERE position = 0').run(other.genesis.entry)
    assert.throws(() => TrustLog.load(createTrustStore(db), { clock }), code('STORAGE_DAMAGED'))
    db.close()
  })

  test('a head that somebody else signed', () => {
    const db = openDatabase(':memory:')
    fill(db)
    const head = history.checkpoint(14, { key: other.key })
    db.prepare("UPDATE trust_checkpoints SET bytes = ? WHERE slot = 'head'").run(head)
    assert.throws(() => TrustLog.load(createTrustStore(db), { clock }), code('STORAGE_DAMAGED'))
    db.close()
  })

  test('the genesis checkpoint as head: takes no entry back', () => {
    const db = openDatabase(':memory:')
    const { state } = fill(db)
    db.exec(
      "UPDATE trust_checkpoints SET bytes = (SELECT bytes FROM trust_checkpoints WHERE slot = 'genesis')"
    )
    const log = TrustLog.load(createTrustStore(db), { clock })
    assert.deepEqual([log.size, log.reach], [1, 14])
    assert.deepEqual(log.state.nodes(), state.nodes())
    db.prepare("UPDATE trust_entries SET bytes = x'00' WHERE position = 13").run()
    assert.throws(() => TrustLog.load(createTrustStore(db), { clock }), code('STORAGE_DAMAGED'))
    db.close()
  })

  test('while the log is open: what was changed is not handed out', () => {
    const db = openDatabase(':memory:')
    const log = fill(db)
    db.exec(
      'UPDATE trust_entries SET bytes = (SELECT bytes FROM trust_entries WHERE position = 4) WHERE position = 3'
    )
    assert.throws(() => log.entry(3), code('STORAGE_DAMAGED'))
    assert.throws(() => log.entries(0, 14), code('STORAGE_DAMAGED'))
    assert.deepEqual(log.entries(4, 14), history.entries.slice(4))
    db.exec('DELETE FROM trust_entries WHERE position > 11')
    assert.throws(() => log.entries(10, 14), code('STORAGE_DAMAGED'))
    assert.throws(() => log.entry(13), code('STORAGE_DAMAGED'))
    db.exec('DELETE FROM trust_checkpoints')
    assert.throws(() => log.genesis(), code('STORAGE_DAMAGED'))
    db.close()
  })
})

describe('a trust log that cannot be stored', () => {
  test('[SR-AVL-2] for want of space is STORAGE_FULL, keeps what it had, and goes on later', () => {
    const db = openDatabase(':memory:')
    const { network, genesis } = history
    const store = createTrustStore(db)
    const log = accepted(TrustLog.create(store, { clock, network, genesis }))
    const pages = Number(db.prepare('PRAGMA page_count').get()?.['page_count'])
    db.exec(`PRAGMA max_page_count = ${pages}`)
    const update = { checkpoint: history.checkpoint(), entries: history.entries }
    assert.throws(() => log.advance(update), code('STORAGE_FULL'))
    assert.equal(log.size, 1)
    assert.equal(TrustLog.load(store, { clock }).size, 1)
    db.exec('PRAGMA max_page_count = 1000')
    assert.deepEqual(accepted(log.advance(update)), { added: 13 })
    db.close()
  })
})

describe('a log that is on its way into a database', () => {
  test('is nowhere in it until it is taken over, and gone with the next one', () => {
    const db = openDatabase(':memory:')
    const { network, genesis } = history
    const stage = stageTrustLog(db)
    const log = accepted(TrustLog.create(stage, { clock, network, genesis }))
    accepted(log.advance({ checkpoint: history.checkpoint(), entries: history.entries }))
    assert.deepEqual([...stage.entries(0, log.size)], history.entries)
    assert.equal(createTrustStore(db).checkpoint('head'), undefined)
    assert.deepEqual([...createTrustStore(db).entries(0, log.size)], [])
    assert.deepEqual([...stageTrustLog(db).entries(0, log.size)], [])
    db.close()
  })
})
