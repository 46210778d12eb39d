import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { toHex } from '../../../src/encoding/bytes.ts'
import { PeerageError } from '../../../src/errors.ts'
import { LIMITS } from '../../../src/limits.ts'
import { type Database, openDatabase } from '../../../src/storage/database.ts'
import { createJournal } from '../../../src/storage/journal.ts'
import { chainHash, START } from '../../../src/storage/journal-chain.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { accepted } from '../../support/trust-network.ts'

function filled(count: number, rowsMax?: number) {
  const db = openDatabase(':memory:')
  const clock = new FakeTime()
  const journal = createJournal(db, clock, rowsMax)
  for (let i = 1; i <= count; i++) {
    clock.advance(1)
    journal.append({ event: 'admission.refused', code: 'CERTIFICATE_EXPIRED', detail: { i } })
  }
  return { db, clock, journal }
}

function firstBroken(db: Database): number | undefined {
  const verdict = createJournal(db, new FakeTime()).verify()
  if (verdict.ok) return undefined
  assert.equal(verdict.fault, 'STORAGE_DAMAGED')
  return verdict.detail?.['sequence'] as number
}

describe('the journal', () => {
  test('[SR-TRC-1] keeps time, event, code, layer, node and detail', () => {
    const db = openDatabase(':memory:')
    const clock = new FakeTime()
    const journal = createJournal(db, clock)
    journal.append({
      event: 'admission.refused',
      code: 'CERTIFICATE_EXPIRED',
      layer: 'admission',
      nodeId: '12D3KooWExample',
      detail: { serial: '00ff', inbound: true }
    })
    journal.append({ event: 'daemon.started' })
    const [started, refused] = journal.list({}).rows
    const { hash, ...row } = refused ?? assert.fail()
    assert.equal(hash.length, 32)
    assert.deepEqual(row, {
      sequence: 1,
      time: clock.now(),
      event: 'admission.refused',
      code: 'CERTIFICATE_EXPIRED',
      layer: 'admission',
      nodeId: '12D3KooWExample',
      detail: { serial: '00ff', inbound: true }
    })
    assert.equal(started?.event, 'daemon.started')
    assert.equal(started?.code, undefined)
    assert.deepEqual(started?.detail, {})
    db.close()
  })

  test('[SR-TRC-1] verifies, and names the newest hash; an empty one verifies, too', () => {
    const { journal } = filled(20)
    const extent = accepted(journal.verify())
    assert.deepEqual([extent.rows, extent.oldest, extent.newest], [20, 1, 20])
    assert.deepEqual(extent.head, journal.list({ limit: 1 }).rows[0]?.hash)
    assert.equal(accepted(filled(0).journal.verify()).rows, 0)
  })

  const forgeries: Record<string, [sql: string, broken: number]> = {
    'a changed time': ['UPDATE journal SET time = time + 1 WHERE sequence = 5', 5],
    'a changed event': ["UPDATE journal SET event = 'x' WHERE sequence = 5", 5],
    'a changed code': ["UPDATE journal SET code = 'X' WHERE sequence = 5", 5],
    'a removed code': ['UPDATE journal SET code = NULL WHERE sequence = 5', 5],
    'an added node': ["UPDATE journal SET node_id = 'x' WHERE sequence = 5", 5],
    'an added layer': ["UPDATE journal SET layer = 'x' WHERE sequence = 5", 5],
    'a changed detail': ["UPDATE journal SET detail = '{}' WHERE sequence = 5", 5],
    'a changed hash': ['UPDATE journal SET hash = previous WHERE sequence = 5', 5],
    'a changed link': ["UPDATE journal SET previous = x'00' WHERE sequence = 5", 5],
    'a removed row': ['DELETE FROM journal WHERE sequence = 5', 5],
    'an oldest row with another past': ['UPDATE journal SET previous = hash WHERE sequence = 1', 1],
    'a copied row': [
      'INSERT INTO journal SELECT 11, time, event, code, layer, node_id, detail, previous, hash FROM journal WHERE sequence = 5',
      11
    ]
  }
  for (const [what, [sql, broken]] of Object.entries(forgeries)) {
    test(`[SR-TRC-1] ${what} is found where it is`, () => {
      const { db } = filled(10)
      assert.equal(firstBroken(db), undefined)
      db.exec(sql)
      assert.equal(firstBroken(db), broken)
      db.close()
    })
  }

  test('removed newest rows show against a head that was kept', () => {
    const { db, journal } = filled(10)
    const { head } = accepted(journal.verify())
    db.exec('DELETE FROM journal WHERE sequence = 10')
    assert.notDeepEqual(accepted(journal.verify()).head, head)
    db.close()
  })

  test('[SR-TRC-1] the oldest rows go first, and the rest stays verifiable', () => {
    const { db, clock, journal } = filled(25, 10)
    const extent = accepted(journal.verify())
    assert.deepEqual([extent.rows, extent.oldest, extent.newest], [10, 16, 25])
    const reopened = createJournal(db, clock, 10)
    reopened.append({ event: 'daemon.started' })
    assert.equal(accepted(reopened.verify()).newest, 26)
    db.exec("UPDATE journal SET event = 'x' WHERE sequence = 17")
    assert.equal(firstBroken(db), 17)
    db.close()
  })

  test('lists newest first, page by page, each row once', () => {
    const { journal } = filled(25)
    const seen: number[] = []
    let before: number | undefined
    do {
      const page = journal.list(before === undefined ? { limit: 10 } : { before, limit: 10 })
      assert.ok(page.rows.length <= 10)
      seen.push(...page.rows.map((row) => row.sequence))
      before = page.nextCursor
    } while (before !== undefined)
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, i) => 25 - i)
    )
  })

  test('a page is never larger than the limit', () => {
    const { journal } = filled(LIMITS.pageItemsMax + 1)
    assert.equal(journal.list({ limit: 1_000_000 }).rows.length, LIMITS.pageItemsMax)
  })

  test('an event of a transaction that failed is not kept', () => {
    const { db, journal } = filled(1)
    assert.throws(() =>
      db.transaction(() => {
        journal.append({ event: 'record.stored' })
        throw new RangeError('stop')
      })
    )
    assert.equal(accepted(journal.verify()).rows, 1)
    db.close()
  })

  test('a detail that is no longer JSON is still shown', () => {
    const { db, journal } = filled(1)
    for (const text of ['{', '1']) {
      db.prepare('UPDATE journal SET detail = ?').run(text)
      assert.deepEqual(journal.list({}).rows[0]?.detail, { text })
    }
    db.close()
  })

  test('[SR-TRC-1] has the hash that docs/audit.md gives', () => {
    const fields = [1, 1_767_225_600_000, 'peer.admitted', null, null, '12D3KooW', '{}']
    const text = readFileSync(join(import.meta.dirname, '../../../docs/audit.md'), 'utf8')
    assert.ok(text.includes(`hash      ${toHex(chainHash(START, fields))}`))
  })

  test('[SR-TRC-1] a NUL in a text does not break the chain', () => {
    const db = openDatabase(':memory:')
    const journal = createJournal(db, new FakeTime())
    journal.append({ event: 'a\0b', nodeId: '\0', detail: { text: 'c\0d' } })
    assert.equal(accepted(journal.verify()).rows, 1)
    const [row] = journal.list({}).rows
    assert.deepEqual([row?.event, row?.nodeId], ['a\uFFFDb', '\uFFFD'])
    assert.deepEqual(row?.detail, { text: 'c\0d' })
    db.close()
  })

  test('without room for a row, STORAGE_FULL', () => {
    const { db, journal } = filled(1)
    db.exec('PRAGMA max_page_count = 1')
    assert.throws(
      () => journal.append({ event: 'x.happened', detail: { text: 'x'.repeat(100_000) } }),
      (error) => error instanceof PeerageError && error.code === 'STORAGE_FULL'
    )
    assert.equal(accepted(journal.verify()).rows, 1)
    db.close()
  })

  test('[SR-TRC-1] verifies for any events and any limit', () => {
    const event = fc.record(
      {
        event: fc.string(),
        code: fc.constantFrom('TIMEOUT', 'NOT_FOUND'),
        nodeId: fc.string({ unit: 'binary' }),
        detail: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean()))
      },
      { requiredKeys: ['event'] }
    )
    fc.assert(
      fc.property(fc.array(event), fc.integer({ min: 1, max: 20 }), (events, rowsMax) => {
        const db = openDatabase(':memory:')
        const journal = createJournal(db, new FakeTime(), rowsMax)
        for (const one of events) journal.append(one as Parameters<typeof journal.append>[0])
        const extent = accepted(journal.verify())
        assert.equal(extent.rows, Math.min(events.length, rowsMax))
        db.close()
      }),
      { numRuns: 50 }
    )
  })
})
