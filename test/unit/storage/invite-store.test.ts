import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openDatabase } from '../../../src/storage/database.ts'
import { createInviteStore, type StoredInvite } from '../../../src/storage/invite-store.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const random = seededRandom('invite store')

function invite(id: string, change: Partial<StoredInvite> = {}): Omit<StoredInvite, 'revokedAt'> {
  return {
    id,
    secretHash: random.bytes(32),
    member: 'bob',
    node: 'laptop',
    groups: ['ops'],
    createdAt: 1000,
    expiresAt: 2000,
    ...change
  }
}

function open() {
  const db = openDatabase(':memory:')
  return { db, store: createInviteStore(db) }
}

describe('the store of invites', () => {
  test('returns what was added', () => {
    const { store } = open()
    const added = invite('a')
    store.add(added)
    assert.deepEqual(store.load('a'), { ...added, revokedAt: undefined })
    assert.equal(store.load('b'), undefined)
  })

  test('keeps the time of the first revocation', () => {
    const { store } = open()
    store.add(invite('a'))
    store.revoke('a', 1500)
    store.revoke('a', 1600)
    store.revoke('unknown', 1600)
    assert.equal(store.load('a')?.revokedAt, 1500)
  })

  test('names the invites that are neither revoked nor past their end', () => {
    const { store } = open()
    for (const id of ['open', 'revoked']) store.add(invite(id))
    store.add(invite('old', { expiresAt: 1300 }))
    store.revoke('revoked', 1100)
    assert.deepEqual(store.unexpired(1299), ['open', 'old'])
    assert.deepEqual(store.unexpired(1300), ['open'])
  })

  test('lists in pages, in the order of creation', () => {
    const { store } = open()
    for (const id of ['c', 'a', 'b']) store.add(invite(id))
    const first = store.page(2)
    assert.deepEqual(
      first.invites.map(({ id }) => id),
      ['c', 'a']
    )
    const second = store.page(2, first.next)
    assert.deepEqual(
      second.invites.map(({ id }) => id),
      ['b']
    )
    assert.equal(second.next, undefined)
    assert.equal(store.page(3).next, undefined)
  })

  test('does not hold the same id twice', () => {
    const { store } = open()
    store.add(invite('a'))
    assert.throws(() => store.add(invite('a')))
  })

  test('answers a changed row with STORAGE_DAMAGED', () => {
    const { db, store } = open()
    store.add(invite('a'))
    db.exec("UPDATE invites SET groups = x'ff'")
    assert.throws(() => store.load('a'), { code: 'STORAGE_DAMAGED' })
  })
})
