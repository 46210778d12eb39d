import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openDatabase } from '../../../src/storage/database.ts'
import { createTokenStore, type StoredToken } from '../../../src/storage/token-store.ts'

function token(id: string, change: Partial<StoredToken> = {}): StoredToken {
  return {
    id,
    rootKey: new Uint8Array(32).fill(7),
    methods: ['record.*'],
    readsOnly: true,
    createdAt: 1000,
    expiresAt: 2000,
    ...change
  }
}

describe('the store of tokens', () => {
  test('returns what was added, and forgets what was removed', () => {
    const store = createTokenStore(openDatabase(':memory:'))
    store.add(token('a'))
    store.add(token('b', { methods: [], readsOnly: false }))
    assert.deepEqual(store.load('a'), token('a'))
    assert.deepEqual(store.load('b'), token('b', { methods: [], readsOnly: false }))
    assert.equal(store.count(), 2)
    assert.equal(store.remove('a'), true)
    assert.equal(store.remove('a'), false)
    assert.equal(store.load('a'), undefined)
  })

  test('drops what has ended and lists the rest in pages', () => {
    const store = createTokenStore(openDatabase(':memory:'))
    for (const id of ['a', 'b', 'c']) store.add(token(id, { expiresAt: id === 'a' ? 1500 : 3000 }))
    store.removeExpired(1500)
    const first = store.page(1)
    assert.deepEqual(
      first.tokens.map(({ id }) => id),
      ['b']
    )
    const second = store.page(1, first.next)
    assert.deepEqual(
      second.tokens.map(({ id }) => id),
      ['c']
    )
    assert.equal(second.next, undefined)
  })

  test('a row that was changed is STORAGE_DAMAGED', () => {
    const db = openDatabase(':memory:')
    const store = createTokenStore(db)
    store.add(token('a'))
    db.prepare('UPDATE tokens SET methods = ?').run(new Uint8Array([0xff]))
    assert.throws(() => store.load('a'), { code: 'STORAGE_DAMAGED' })
  })
})
