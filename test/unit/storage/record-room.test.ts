import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { createHoldings } from '../../../src/protocols/record/holdings.ts'
import { sealRecord } from '../../../src/records/record.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createRecordStore } from '../../../src/storage/record-store.ts'
import { FakeTime } from '../../support/fake-time.ts'
import {
  aliceKey,
  bobKey,
  kindOf,
  mayWrite,
  NETWORK,
  sampleContent
} from '../../support/sample-record.ts'

const KIB = 1024
const value = new Uint8Array(8 * KIB).fill(7)

/** A node of Alice that may hold so many bytes, on a disk that has so many left. */
function node({ bytesMax = 10_000 * KIB, freeBytes = (): number => 1e12 } = {}) {
  const db = openDatabase(':memory:')
  const room = { bytesMax, freeBytes }
  const store = createRecordStore(db, { network: NETWORK, logger: silentLogger, room })
  const clock = new FakeTime()
  const rules = { network: NETWORK, kindOf, mayWrite, clock, logger: silentLogger }
  const holdings = createHoldings({
    ...{ ...rules, store, onConflict: () => {}, onRemembered: () => {} },
    isOwn: (owner) => owner === 'alice'
  })
  const storedAt = clock.now()
  async function put(owner: 'alice' | 'bob', name: string, change = {}) {
    const content = sampleContent({ owner, name, value, storedAt, ...change })
    const kept = await holdings.keep(sealRecord(content, owner === 'alice' ? aliceKey : bobKey))
    return kept.ok ? 'kept' : kept.fault
  }
  return { db, store, holdings, clock, put }
}

/** Puts until one is refused; returns how many were kept, and the code. */
async function fill(put: (name: string) => Promise<string>): Promise<readonly [number, string]> {
  for (let i = 0; i < 1000; i++) {
    const outcome = await put(`n${i}`)
    if (outcome !== 'kept') return [i, outcome]
  }
  throw new Error('nothing was refused')
}

describe('the room for records', () => {
  test('[SR-STO-1] is bounded for all together; the last part is for the own member', async () => {
    const bytesMax = 2000 * KIB
    const { db, store, put } = node({ bytesMax })
    const [ofBob, code] = await fill((name) => put('bob', name))
    assert.equal(code, 'STORAGE_FULL')
    assert.ok(ofBob > 50)
    assert.equal(await put('alice', 'mine'), 'kept')
    const [ofAlice, own] = await fill((name) => put('alice', name))
    assert.equal(own, 'STORAGE_FULL')
    assert.ok(ofAlice > 5 && ofAlice < ofBob)
    assert.ok(store.room.usage().bytes < bytesMax + 64 * KIB)
    db.close()
  })

  test('[SR-AVL-2] ends before the disk does: what is left is for trust log and journal', async () => {
    let free = LIMITS.diskReserveBytes
    const { db, put } = node({ freeBytes: () => free })
    assert.equal(await put('alice', 'a'), 'kept')
    free -= 1
    assert.equal(await put('alice', 'b'), 'STORAGE_FULL')
    free += 1
    assert.equal(await put('alice', 'b'), 'kept')
    db.close()
  })

  test('a deletion of what is held is taken even when there is no room for others', async () => {
    const { db, put } = node({ bytesMax: 1000 * KIB })
    await fill((name) => put('bob', name))
    const gone = { version: 2, form: 'deleted', value: new Uint8Array(0) } as const
    assert.equal(await put('bob', 'never-there', gone), 'STORAGE_FULL')
    assert.equal(await put('bob', 'n0', gone), 'kept')
    db.close()
  })

  test('[SR-STO-2] of what has expired is used again, and given back to the file system', async () => {
    const { db, store, holdings, clock, put } = node({ bytesMax: 2000 * KIB })
    await fill((name) => put('bob', name))
    const full = store.room.usage().bytes
    const pages = () => Number(db.prepare('PRAGMA page_count').get()?.['page_count'])
    const before = pages()
    clock.advance(60_000)
    holdings.collectExpired()
    assert.ok(store.room.usage().bytes < full / 2)
    assert.ok(pages() < before / 2)
    db.close()
  })
})
