import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { NodeId } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { StoredAddresses } from '../../../src/overlay/stored-addresses.ts'

const NODE = 'a node' as NodeId
const address = (i: number) => `/ip4/192.0.2.1/tcp/${1000 + i}`
const many = (count: number) => Array.from({ length: count }, (_, i) => address(i))

describe('[SR-TC-1] addresses that the peer store keeps of a member', () => {
  test('are those that it has signed, whatever others say', () => {
    const stored = new StoredAddresses(() => [address(1), address(2)])
    assert.deepEqual(
      many(1000).filter((each) => stored.mayKeep(NODE, each)),
      [address(1), address(2)]
    )
  })

  test('are a bounded number while nothing signed is known, however often it is asked', () => {
    const stored = new StoredAddresses(() => [])
    const kept = many(1000).filter((each) => stored.mayKeep(NODE, each))
    assert.equal(kept.length, LIMITS.addressesPerPeerMax)
    assert.deepEqual(
      many(1000).filter((each) => stored.mayKeep(NODE, each)),
      kept
    )
  })

  test('give way to the signed ones as soon as those come', () => {
    const signed: string[] = []
    const stored = new StoredAddresses(() => signed)
    assert.ok(stored.mayKeep(NODE, address(7)))
    signed.push(address(1))
    assert.ok(!stored.mayKeep(NODE, address(7)))
    assert.ok(stored.mayKeep(NODE, address(1)))
  })

  test('are remembered of a bounded number of nodes', () => {
    const stored = new StoredAddresses(() => [])
    for (const each of many(LIMITS.addressesPerPeerMax)) stored.mayKeep(NODE, each)
    assert.ok(!stored.mayKeep(NODE, address(99)))
    for (let i = 0; i < LIMITS.trackedAddressesMax; i++)
      stored.mayKeep(`${i}` as NodeId, address(0))
    assert.ok(stored.mayKeep(NODE, address(99)), 'it was forgotten')
  })
})
