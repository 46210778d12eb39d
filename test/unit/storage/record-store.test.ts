import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { LIMITS } from '../../../src/limits.ts'
import { type Logger, silentLogger } from '../../../src/log.ts'
import { NOTE } from '../../../src/records/built-in-kinds.ts'
import type { RecordContent } from '../../../src/records/record.ts'
import { forgetMarkAt } from '../../../src/records/supersede.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { createRecordStore, type RecordStore } from '../../../src/storage/record-store.ts'
import { bobKey, NETWORK, NOW, OTHER_NETWORK, sampleRecord } from '../../support/sample-record.ts'

const FORGET_AT = forgetMarkAt(NOTE, NOW)

function open(path: string, logger: Logger = silentLogger) {
  const db = openDatabase(path)
  return { db, store: createRecordStore(db, { network: NETWORK, logger }) }
}

function note(change: Partial<RecordContent> = {}) {
  return sampleRecord(change)
}

/** What any store of records promises, whatever holds it. */
function contract(withStore: (run: (store: RecordStore) => void) => void): void {
  test('what was saved is loaded with the same bytes, and its version is known', () => {
    withStore((store) => {
      const record = note()
      store.save(record, FORGET_AT)
      assert.deepEqual(store.load(record.location)?.bytes, record.bytes)
      const { version, digest } = record
      assert.deepEqual(store.newest(record.location), { version, digest })
    })
  })

  test('what was never saved is absent', () => {
    withStore((store) => {
      const { location, owner, kind } = note()
      assert.equal(store.load(location), undefined)
      assert.equal(store.newest(location), undefined)
      assert.deepEqual(store.usage({ location, owner, kind }), { records: 0, bytes: 0, ofKind: 0 })
      assert.deepEqual(store.list({ limit: 10 }), { records: [], next: undefined })
    })
  })

  test('a newer record takes the place of the older one', () => {
    withStore((store) => {
      const newer = note({ version: 2 })
      store.save(note(), FORGET_AT)
      store.save(newer, FORGET_AT)
      assert.equal(store.load(newer.location)?.digest, newer.digest)
      assert.equal(store.newest(newer.location)?.version, 2)
      assert.equal(store.list({ limit: 10 }).records.length, 1)
    })
  })

  test('[SR-INT-3] a version that was only read is remembered, and a lower one lowers nothing', () => {
    withStore((store) => {
      const record = note({ version: 5 })
      store.remember(record, FORGET_AT)
      store.remember(note({ version: 3 }), FORGET_AT)
      assert.equal(store.load(record.location), undefined)
      assert.deepEqual(store.newest(record.location), { version: 5, digest: record.digest })
    })
  })

  test('[SR-INT-3] collecting an expired record leaves the memory of its version', () => {
    withStore((store) => {
      const record = note({ version: 4 })
      store.save(record, FORGET_AT)
      assert.equal(store.collectExpired(record.expiresAt - 1), 0)
      assert.equal(store.collectExpired(record.expiresAt), 1)
      assert.equal(store.load(record.location), undefined)
      assert.equal(store.newest(record.location)?.version, 4)
      store.collectExpired(FORGET_AT)
      assert.equal(store.newest(record.location), undefined)
    })
  })

  test('[SR-INT-4] both sides of a conflict are kept as evidence, a third one is not', () => {
    withStore((store) => {
      const [a, b, c] = ['a', 'b', 'c'].map((text) => note({ value: Buffer.from(text) }))
      assert.ok(a !== undefined && b !== undefined && c !== undefined)
      assert.equal(store.keepConflict([a, b], FORGET_AT), true)
      assert.equal(store.keepConflict([a, c], FORGET_AT), true)
      const kept = store.conflicts(a.location, 1).map((record) => record.digest)
      assert.deepEqual(new Set(kept), new Set([a.digest, b.digest]))
      assert.deepEqual(store.conflicts(a.location, 2), [])
      store.collectExpired(FORGET_AT)
      assert.deepEqual(store.conflicts(a.location, 1), [])
    })
  })

  test('[SR-STO-1] evidence of one owner is bounded', () => {
    withStore((store) => {
      const keep = (i: number) => {
        const name = `n${i}`
        return store.keepConflict([note({ name }), note({ name, storedAt: 1 })], FORGET_AT)
      }
      const pairs = LIMITS.recordConflictsPerOwnerMax / 2
      for (let i = 0; i < pairs; i++) assert.equal(keep(i), true)
      assert.equal(keep(pairs), false)
    })
  })

  test('[SR-STO-1] usage counts the names and bytes of one owner, but not the given location', () => {
    withStore((store) => {
      const [a, b] = [note({ name: 'a' }), note({ name: 'b' })]
      store.save(a, FORGET_AT)
      store.save(b, FORGET_AT)
      store.save(sampleRecord({ owner: 'bob' }, bobKey), FORGET_AT)
      store.remember(note({ name: 'only-read' }), FORGET_AT)
      const other = note({ kind: 'other' })
      const bytes = a.bytes.length + b.bytes.length
      assert.deepEqual(store.usage(other), { records: 2, bytes, ofKind: 0 })
      assert.deepEqual(store.usage(a), { records: 1, bytes: b.bytes.length, ofKind: 1 })
    })
  })

  test('a list goes through owner, kind and name in order, page by page', () => {
    withStore((store) => {
      for (const name of ['b/1', 'c', 'a']) store.save(note({ name }), FORGET_AT)
      store.save(sampleRecord({ owner: 'bob', name: 'a' }, bobKey), FORGET_AT)
      const first = store.list({ limit: 2 })
      assert.deepEqual(namesOf(first.records), ['alice/a', 'alice/b/1'])
      const second = store.list({ limit: 2, after: first.next })
      assert.deepEqual(namesOf(second.records), ['alice/c', 'bob/a'])
      assert.equal(second.next, undefined)
      assert.deepEqual(namesOf(store.list({ owner: 'bob', limit: 2 }).records), ['bob/a'])
      assert.deepEqual(store.list({ kind: 'other', limit: 2 }).records, [])
    })
  })
}

function namesOf(records: readonly RecordContent[]): string[] {
  return records.map(({ owner, name }) => `${owner}/${name}`)
}

function withFile(run: (path: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-records-'))
  try {
    run(join(directory, 'state.db'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

function withDatabase(path: string, run: (store: RecordStore, db: Database) => void): void {
  const { db, store } = open(path)
  try {
    run(store, db)
  } finally {
    db.close()
  }
}

describe('the record store in memory', () => contract((run) => withDatabase(':memory:', run)))

describe('the record store in a file', () => {
  contract((run) => withFile((path) => withDatabase(path, run)))

  test('a saved record, its version and evidence are there after opening the file again', () => {
    withFile((path) => {
      const [record, rival] = [note({ version: 3 }), note({ version: 3, storedAt: 1 })]
      withDatabase(path, (store) => {
        store.save(record, FORGET_AT)
        store.keepConflict([record, rival], FORGET_AT)
      })
      withDatabase(path, (store) => {
        assert.equal(store.load(record.location)?.digest, record.digest)
        assert.equal(store.newest(record.location)?.version, 3)
        assert.equal(store.conflicts(record.location, 3).length, 2)
      })
    })
  })
})

describe('a damaged row', () => {
  const record = note()
  const other = note({ name: 'other' })
  const damages = {
    'a flipped bit': flip(record.bytes, 60),
    'missing bytes': record.bytes.slice(0, 40),
    'the bytes of another record': other.bytes,
    'the bytes of another network': sampleRecord({ network: OTHER_NETWORK }).bytes
  }
  for (const [what, bytes] of Object.entries(damages)) {
    test(`[SR-INT-2] ${what}: never served, logged, its version remembered, and repaired by a save`, () => {
      const events: string[] = []
      const { db, store } = open(':memory:', {
        ...silentLogger,
        error: (event) => events.push(event)
      })
      store.save(record, FORGET_AT)
      db.prepare('UPDATE records SET bytes = ?').run(bytes)
      assert.equal(store.load(record.location), undefined)
      assert.deepEqual(store.list({ limit: 10 }).records, [])
      assert.deepEqual(new Set(events), new Set(['storage.record-damaged']))
      assert.equal(store.newest(record.location)?.version, 1)
      store.save(record, FORGET_AT)
      assert.equal(store.load(record.location)?.digest, record.digest)
      db.close()
    })
  }
})

function flip(bytes: Uint8Array, at: number): Uint8Array {
  const flipped = Uint8Array.from(bytes)
  flipped[at] = (flipped[at] ?? 0) ^ 1
  return flipped
}
