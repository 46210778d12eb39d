import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { PrivateKey } from '../../src/crypto/ed25519.ts'
import { concatBytes, parseText } from '../../src/encoding/bytes.ts'
import { encodeVarint } from '../../src/encoding/varint.ts'
import { type NodeId, nodeIdOf } from '../../src/identity/node-id.ts'
import { LIMITS } from '../../src/limits.ts'
import { DHT_PROTOCOL } from '../../src/overlay/dht.ts'
import { encodeFrame } from '../../src/overlay/frames.ts'
import { peerIdOf } from '../../src/overlay/libp2p-identity.ts'
import {
  createOverlayNetwork,
  inRoutingTable,
  type OverlayNetwork,
  type TestNode,
  until
} from '../support/overlay-network.ts'

const field = (number: number, content: Uint8Array) =>
  concatBytes([Uint8Array.of((number << 3) | 2), encodeVarint(content.length), content])
const type = (value: number) => Uint8Array.of(8, value)
const KEY = field(2, new Uint8Array(32).fill(7))

function multihash(nodeId: NodeId): Uint8Array {
  const bytes = parseText(nodeId, 'base58btc')
  assert.ok(bytes.ok)
  return bytes.value
}

function closer(nodeId: NodeId): Uint8Array {
  const address = field(2, multiaddr('/ip4/127.0.0.1/tcp/4001').bytes)
  return field(8, concatBytes([field(1, multihash(nodeId)), address]))
}

describe('the DHT', { timeout: 30_000 }, () => {
  let network: OverlayNetwork
  let alice: TestNode
  let bob: TestNode
  before(async () => {
    network = createOverlayNetwork('dht')
    alice = await network.node('alice', 'laptop')
    bob = await network.node('bob', 'server')
    alice.sync()
    assert.ok((await alice.dial(bob)).ok)
    await until(bob, () => bob.host.peer(alice.nodeId) !== undefined)
    await inRoutingTable(alice, bob)
  })
  after(async () => network.stop())

  async function open(): Promise<Stream> {
    return await alice.host.libp2p.dialProtocol(peerIdOf(bob.nodeId), DHT_PROTOCOL)
  }

  /** What bob does with these bytes: answers, or resets the stream. */
  async function outcome(...chunks: readonly Uint8Array[]): Promise<'answer' | 'reset'> {
    const stream = await open()
    const answer = Promise.withResolvers<'answer' | 'reset'>()
    stream.addEventListener('message', () => answer.resolve('answer'))
    stream.addEventListener('close', () => answer.resolve('reset'))
    for (const chunk of chunks) stream.send(chunk)
    const result = await answer.promise
    stream.abort(new Error('enough'))
    return result
  }

  test('answers FIND_NODE and PING', async () => {
    assert.equal(await outcome(encodeFrame(concatBytes([type(4), KEY]))), 'answer')
    assert.equal(await outcome(encodeFrame(type(5))), 'answer')
    const [first, ...rest] = encodeFrame(concatBytes([type(4), KEY]))
    assert.equal(await outcome(Uint8Array.of(first ?? 0), Uint8Array.from(rest)), 'answer')
  })

  for (const [name, message] of Object.entries({
    PUT_VALUE: concatBytes([type(0), KEY]),
    'PUT_VALUE by default': KEY,
    GET_VALUE: concatBytes([type(1), KEY]),
    ADD_PROVIDER: concatBytes([type(2), KEY]),
    GET_PROVIDERS: concatBytes([type(3), KEY]),
    'FIND_NODE and then PUT_VALUE in one message': concatBytes([type(4), KEY, type(0)]),
    'FIND_NODE with a record': concatBytes([type(4), KEY, field(3, new Uint8Array(9))]),
    'FIND_NODE with a long key': concatBytes([type(4), field(2, new Uint8Array(65))]),
    'a message that is none': Uint8Array.of(0xff)
  })) {
    test(`resets the stream of ${name}`, async () => {
      assert.equal(await outcome(encodeFrame(message)), 'reset')
      const frame = encodeFrame(concatBytes([type(4), KEY]))
      assert.equal(await outcome(concatBytes([encodeFrame(message), frame])), 'reset')
    })
  }

  test('resets a stream whose frame is announced above the bound, before a byte of it', async () => {
    assert.equal(await outcome(encodeVarint(LIMITS.dhtFrameBytesMax + 1)), 'reset')
    assert.equal(await outcome(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff)), 'reset')
  })

  test('bounds all requests of one stream', async () => {
    const stream = await open()
    // The longest key: fewer answers than what a muxer is allowed in a second, which never ends here.
    const key = field(2, new Uint8Array(LIMITS.dhtKeyBytesMax))
    const frame = encodeFrame(concatBytes([type(4), key]))
    const frames = concatBytes(Array.from({ length: 1000 }, () => frame))
    const closed = Promise.withResolvers<string>()
    stream.addEventListener('close', ({ error }) => closed.resolve(error?.name ?? ''))
    stream.addEventListener('message', () => {})
    let sent = 0
    for (; sent <= LIMITS.dhtStreamBytesMax; sent += frames.length) stream.send(frames)
    assert.equal(await closed.promise, 'StreamResetError')
  })

  test('[SR-ADM-3] takes from an answer only members, and no answer above twice k', async () => {
    const carol = await network.enroll('carol', 'laptop')
    alice.sync()
    const stranger = nodeIdOf(PrivateKey.generate(network.random).publicKey)
    const revoked = await network.enroll('mallory', 'laptop')
    await network.authority.revoke({ by: 'member', value: 'mallory', reason: 'test' })
    alice.sync()
    const named = (...nodeIds: NodeId[]) =>
      encodeFrame(concatBytes([type(4), ...nodeIds.map(closer), field(9, new Uint8Array(3))]))
    let answer = named(carol.nodeId, stranger, revoked.nodeId)
    const asked = { count: 0 }
    await bob.host.libp2p.handle(
      DHT_PROTOCOL,
      (stream) => {
        asked.count++
        stream.addEventListener('message', () => {
          stream.send(answer)
          void stream.close()
        })
      },
      { force: true }
    )
    const found = await alice.host.closestPeers(new Uint8Array(32))
    assert.ok(asked.count > 0)
    assert.ok(!found.includes(stranger))
    const { peerStore } = alice.host.libp2p
    assert.equal(await peerStore.has(peerIdOf(carol.nodeId)), true)
    assert.equal(await peerStore.has(peerIdOf(stranger)), false)
    assert.equal(await peerStore.has(peerIdOf(revoked.nodeId)), false)

    const dave = await network.enroll('dave', 'laptop')
    alice.sync()
    answer = named(...Array.from({ length: 2 * LIMITS.replication + 1 }, () => dave.nodeId))
    await alice.host.closestPeers(new Uint8Array(32))
    assert.equal(await peerStore.has(peerIdOf(dave.nodeId)), false)
  })
})
