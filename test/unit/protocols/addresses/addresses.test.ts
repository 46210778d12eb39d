import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { PrivateKey } from '../../../../src/crypto/ed25519.ts'
import { accept } from '../../../../src/encoding/verdict.ts'
import { networkIdOf } from '../../../../src/identity/network-id.ts'
import { type NodeId, nodeIdOf } from '../../../../src/identity/node-id.ts'
import { LIMITS } from '../../../../src/limits.ts'
import { silentLogger } from '../../../../src/log.ts'
import { type AddressBook, createAddressBook } from '../../../../src/overlay/address-book.ts'
import { sealAddressRecord } from '../../../../src/overlay/address-record.ts'
import {
  ADDRESSES,
  type Addresses,
  createAddresses
} from '../../../../src/protocols/addresses/index.ts'
import { FakeTime } from '../../../support/fake-time.ts'
import { MemoryNetwork, type MemoryOverlay } from '../../../support/memory-overlay.ts'
import { seededRandom } from '../../../support/seeded-random.ts'

const network = networkIdOf(new Uint8Array(32).fill(1))
const clock = new FakeTime()
const noStore = { load: () => [], save() {}, remove() {} }
const random = seededRandom('addresses')

function seal(key: PrivateKey, port = 4001, sequence = 1): Uint8Array {
  const addresses = [`/ip4/192.0.2.1/tcp/${port}`]
  return sealAddressRecord({ network, addresses, sequence }, key)
}

class Node {
  readonly key = PrivateKey.generate(random)
  readonly nodeId = nodeIdOf(this.key.publicKey)
  readonly time = new FakeTime()
  readonly book: AddressBook
  readonly overlay: MemoryOverlay
  readonly addresses: Addresses
  learned = 0

  constructor(mesh: MemoryNetwork, members: ReadonlySet<NodeId>) {
    this.overlay = mesh.join({ nodeId: this.nodeId, member: 'm', node: 'n' })
    const isMember = (nodeId: NodeId) => members.has(nodeId)
    this.book = createAddressBook({ network, store: noStore, clock, isMember })
    this.addresses = createAddresses({
      overlay: this.overlay,
      network,
      book: this.book,
      own: () => seal(this.key),
      scheduler: this.time,
      random,
      logger: silentLogger,
      onLearned: () => this.learned++
    })
  }

  /** Others: a node's own record comes back to it from its peers. */
  known(): NodeId[] {
    const nodeIds = this.book.records().map(({ nodeId }) => nodeId)
    return nodeIds.filter((nodeId) => nodeId !== this.nodeId)
  }
}

describe('the exchange of addresses', () => {
  let mesh: MemoryNetwork
  let members: Set<NodeId>
  let alice: Node
  let bob: Node

  async function add(): Promise<Node> {
    const node = new Node(mesh, members)
    members.add(node.nodeId)
    await node.addresses.start()
    return node
  }

  function keysOfMembers(count: number): PrivateKey[] {
    const keys = Array.from({ length: count }, () => PrivateKey.generate(random))
    for (const key of keys) members.add(nodeIdOf(key.publicKey))
    return keys
  }

  beforeEach(async () => {
    mesh = new MemoryNetwork()
    members = new Set()
    alice = await add()
    bob = await add()
  })

  test('tells both sides the address of the other', async () => {
    await alice.addresses.exchange(bob.nodeId)
    assert.deepEqual(alice.known(), [bob.nodeId])
    assert.deepEqual(bob.known(), [alice.nodeId])
    assert.equal(alice.learned, 1)
  })

  test('[SR-RT-5] tells a newcomer where everybody is, in as many pages as that takes', async () => {
    const count = 2 * LIMITS.addressRecordsPerAnswerMax + 10
    bob.book.learnAll(keysOfMembers(count).map((key) => seal(key)))
    await alice.addresses.exchange(bob.nodeId)
    assert.equal(alice.known().length, count + 1)
    assert.equal(bob.overlay.received.length, 3)
  })

  test('a page of the largest records stays within the bound of a response', async () => {
    const addresses = Array.from(
      { length: LIMITS.addressesPerPeerMax },
      (_, i) => `/dns4/${'a'.repeat(200)}${i}/tcp/4001`
    )
    const keys = keysOfMembers(100)
    bob.book.learnAll(
      keys.map((key) => sealAddressRecord({ network, addresses, sequence: 1 }, key))
    )
    await alice.addresses.exchange(bob.nodeId)
    assert.equal(alice.known().length, 101)
    assert.ok(bob.overlay.received.length > 2)
  })

  test('learns nothing new a second time and tells nobody', async () => {
    await alice.addresses.exchange(bob.nodeId)
    await alice.addresses.exchange(bob.nodeId)
    assert.equal(alice.learned, 1)
  })

  test('goes on with random peers from time to time', async () => {
    alice.time.advance(LIMITS.syncIntervalMs)
    await turn()
    assert.deepEqual(alice.known(), [bob.nodeId])
    alice.addresses.stop()
    alice.time.advance(10 * LIMITS.syncIntervalMs)
    assert.equal(bob.overlay.received.length, 1)
  })

  test('[SR-ADM-3] skips records of nobody we know, and takes the others of the same page', async () => {
    const [member] = keysOfMembers(1)
    const stranger = PrivateKey.generate(random)
    assert.ok(member !== undefined)
    mesh.intercept(bob.nodeId, async () =>
      accept({ own: seal(bob.key), records: [seal(stranger), new Uint8Array(3), seal(member)] })
    )
    await alice.addresses.exchange(bob.nodeId)
    assert.deepEqual(alice.known(), [bob.nodeId, nodeIdOf(member.publicKey)])
  })

  test('the record of another node as own is MESSAGE_MALFORMED, one of no member is answered', async () => {
    const other = await alice.overlay.call(bob.nodeId, ADDRESSES, { own: seal(bob.key), from: 0 })
    assert.equal(!other.ok && other.fault, 'MESSAGE_MALFORMED')
    members.delete(alice.nodeId)
    const early = await alice.overlay.call(bob.nodeId, ADDRESSES, { own: seal(alice.key), from: 0 })
    assert.equal(early.ok, true)
    assert.deepEqual(bob.known(), [])
  })

  for (const [what, next] of [
    ['that does not rise', () => 0],
    ['without end', (from: number) => from + 1]
  ] as const) {
    test(`[SR-TC-1] a next page ${what} is not asked for forever`, async () => {
      mesh.intercept(bob.nodeId, async ({ request }) => {
        const { from } = request as { from: number }
        return accept({ own: seal(bob.key), records: [], next: next(from) })
      })
      await alice.addresses.exchange(bob.nodeId)
      assert.ok(bob.overlay.received.length <= LIMITS.addressPagesMax)
    })
  }

  test('a peer that does not answer is no harm', async () => {
    mesh.fail(bob.nodeId)
    await alice.addresses.exchange(bob.nodeId)
    assert.deepEqual(alice.known(), [])
  })
})
