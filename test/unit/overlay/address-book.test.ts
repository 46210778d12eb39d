import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import type { Verdict } from '../../../src/encoding/verdict.ts'
import { networkIdOf } from '../../../src/identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import {
  type AddressBook,
  type AddressStore,
  createAddressBook
} from '../../../src/overlay/address-book.ts'
import { sealAddressRecord } from '../../../src/overlay/address-record.ts'
import { FakeTime } from '../../support/fake-time.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const random = seededRandom('address-book')
const [alice, bob] = [PrivateKey.generate(random), PrivateKey.generate(random)]
const [aliceId, bobId] = [nodeIdOf(alice.publicKey), nodeIdOf(bob.publicKey)]
const network = networkIdOf(new Uint8Array(32).fill(1))

class MemoryStore implements AddressStore {
  readonly records = new Map<NodeId, Uint8Array>()
  saves = 0

  load(): Iterable<Uint8Array> {
    return [...this.records.values()]
  }

  save(records: readonly { nodeId: NodeId; bytes: Uint8Array }[]): void {
    this.saves++
    for (const { nodeId, bytes } of records) this.records.set(nodeId, bytes)
  }

  remove(nodeId: NodeId): void {
    this.records.delete(nodeId)
  }
}

function record(key: PrivateKey, sequence: number, port = 4001): Uint8Array {
  const addresses = [`/ip4/192.0.2.1/tcp/${port}`]
  return sealAddressRecord({ network, addresses, sequence }, key)
}

function outcome(verdict: Verdict<boolean> | undefined): string {
  if (verdict === undefined) return 'nothing'
  return verdict.ok ? String(verdict.value) : verdict.fault
}

describe('the address book', () => {
  const clock = new FakeTime()
  let store: MemoryStore
  let members: Set<NodeId>
  let book: AddressBook

  function open(): AddressBook {
    return createAddressBook({ network, store, clock, isMember: (nodeId) => members.has(nodeId) })
  }

  beforeEach(() => {
    store = new MemoryStore()
    members = new Set([aliceId, bobId])
    book = open()
  })

  test('takes over a newer record and no other', () => {
    assert.equal(outcome(book.learn(record(alice, 2))), 'true')
    assert.equal(outcome(book.learn(record(alice, 2))), 'false')
    assert.equal(outcome(book.learn(record(alice, 2, 4002))), 'false')
    assert.equal(outcome(book.learn(record(alice, 1, 4003))), 'false')
    assert.deepEqual(book.addressesOf(aliceId), ['/ip4/192.0.2.1/tcp/4001'])
    assert.equal(outcome(book.learn(record(alice, 3, 4004))), 'true')
    assert.deepEqual(book.addressesOf(aliceId), ['/ip4/192.0.2.1/tcp/4004'])
    assert.equal(book.records().length, 1)
    assert.equal(store.saves, 2)
  })

  test('[SR-ADM-3] has no place for anybody but members', () => {
    members.delete(bobId)
    assert.equal(outcome(book.learn(record(bob, 1))), 'NODE_UNKNOWN')
    assert.deepEqual(book.addressesOf(bobId), [])
    assert.equal(store.saves, 0)
  })

  test('[SR-ADM-3] drops who is a member no longer, also on disk', () => {
    book.learnAll([record(alice, 1), record(bob, 1)])
    members.delete(bobId)
    book.prune()
    assert.deepEqual(
      book.records().map(({ nodeId }) => nodeId),
      [aliceId]
    )
    assert.deepEqual([...store.records.keys()], [aliceId])
    assert.equal(outcome(book.learn(record(bob, 1))), 'NODE_UNKNOWN')
  })

  test('refuses a record of another network, a forged one and one from the future', () => {
    const sequence = clock.now() + LIMITS.clockSkewMs + 1
    const foreign = sealAddressRecord(
      { network: networkIdOf(new Uint8Array(32).fill(2)), addresses: [], sequence: 1 },
      alice
    )
    const forged = record(alice, 1).map((byte, i, all) => (i === all.length - 1 ? byte ^ 1 : byte))
    assert.deepEqual(book.learnAll([foreign, forged, record(alice, sequence)]).map(outcome), [
      'WRONG_NETWORK',
      'SIGNATURE_INVALID',
      'CLOCK_BACKWARD'
    ])
    assert.equal(store.saves, 0)
  })

  test('writes a whole page to disk at once, and nothing when all of it is known', () => {
    const page = [record(alice, 1), record(bob, 1), record(alice, 2)]
    assert.deepEqual(book.learnAll(page).map(outcome), ['true', 'true', 'true'])
    assert.equal(store.saves, 1)
    assert.deepEqual(book.learnAll(page).map(outcome), ['false', 'false', 'false'])
    assert.equal(store.saves, 1)
  })

  test('[SR-RT-5] is there again after a restart, without what no longer verifies', () => {
    book.learnAll([record(alice, 7), record(bob, 7)])
    members.delete(bobId)
    store.records.set('damaged' as NodeId, new Uint8Array(100))
    const again = open()
    assert.deepEqual(again.addressesOf(aliceId), ['/ip4/192.0.2.1/tcp/4001'])
    assert.equal(again.records().length, 1)
    assert.equal(outcome(again.learn(record(alice, 6))), 'false')
  })
})
