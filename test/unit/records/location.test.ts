import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { peerIdFromString } from '@libp2p/peer-id'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import {
  closestNodes,
  nodePosition,
  recordLocation,
  rememberedPositions
} from '../../../src/records/location.ts'
import { alice, NETWORK, OTHER_NETWORK, sampleKey } from '../../support/sample-record.ts'

const key = { network: NETWORK, kind: 'note', owner: 'alice', name: 'greeting' }
const nodes = Array.from({ length: 20 }, (_, i) => nodeIdOf(sampleKey(i + 1).publicKey))

describe('the location of a record', () => {
  test('differs when any part of its key differs', () => {
    const keys = [
      key,
      { ...key, network: OTHER_NETWORK },
      { ...key, kind: 'other' },
      { ...key, owner: 'bob' },
      { ...key, name: 'other' }
    ]
    const locations = new Set(keys.map((each) => Buffer.from(recordLocation(each)).toString('hex')))
    assert.equal(locations.size, keys.length)
  })

  test('cannot be reached by moving a character from one part to the next', () => {
    const a = recordLocation({ ...key, owner: 'ab', name: 'c' })
    const b = recordLocation({ ...key, owner: 'a', name: 'bc' })
    assert.notDeepEqual(a, b)
  })
})

describe('closeness', () => {
  test('the position of a node is that of kad-dht: SHA-256 of the multihash of its peer id', () => {
    const multihash = peerIdFromString(alice).toMultihash().bytes
    assert.deepEqual(
      nodePosition(alice),
      new Uint8Array(createHash('sha256').update(multihash).digest())
    )
  })

  test('the closest nodes are those that kad-dht finds for the location as its key', () => {
    const location = recordLocation(key)
    // convertBuffer and PeerDistanceList of @libp2p/kad-dht, in a few lines.
    const target = createHash('sha256').update(location).digest()
    const expected = nodes
      .map((nodeId) => {
        const position = createHash('sha256')
          .update(peerIdFromString(nodeId).toMultihash().bytes)
          .digest()
        return { nodeId, distance: Buffer.from(position.map((byte, i) => byte ^ (target[i] ?? 0))) }
      })
      .sort((a, b) => Buffer.compare(a.distance, b.distance))
      .map(({ nodeId }) => nodeId)
    assert.deepEqual(closestNodes(location, nodes, 20), expected)
    assert.deepEqual(closestNodes(location, nodes, 8), expected.slice(0, 8))
  })

  test('the order in which nodes are known and repetitions of them change nothing', () => {
    const location = recordLocation(key)
    const shuffled = [...nodes].reverse().concat(nodes)
    const remembered = rememberedPositions()
    const expected = closestNodes(location, nodes, 8)
    assert.deepEqual(closestNodes(location, shuffled, 8, remembered), expected)
    assert.deepEqual(closestNodes(location, shuffled, 8, remembered), expected)
  })
})
