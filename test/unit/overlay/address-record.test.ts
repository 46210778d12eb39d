import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { PrivateKey } from '../../../src/crypto/ed25519.ts'
import { networkIdOf } from '../../../src/identity/network-id.ts'
import { nodeIdOf } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import {
  listableAddresses,
  openAddressRecord,
  sealAddressRecord
} from '../../../src/overlay/address-record.ts'
import { seededRandom } from '../../support/seeded-random.ts'

const key = PrivateKey.generate(seededRandom('address-record'))
const nodeId = nodeIdOf(key.publicKey)
const network = networkIdOf(new Uint8Array(32).fill(1))

describe('an address record', () => {
  test('[SR-INT-2] with any one bit changed is refused', () => {
    const addresses = ['/ip4/127.0.0.1/tcp/4001', '/dns4/node.example.org/tcp/443']
    const bytes = sealAddressRecord({ network, addresses, sequence: 5 }, key)
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const flipped = Uint8Array.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const opened = openAddressRecord(flipped, network)
        assert.ok(!opened.ok)
        assert.match(opened.fault, /^(MESSAGE_MALFORMED|SIGNATURE_INVALID)$/)
      })
    )
  })

  test('[SR-TC-2] of any bytes at all is refused without an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        assert.equal(openAddressRecord(bytes, network).ok, false)
      })
    )
  })

  test('with the most and longest addresses fits into its bound', () => {
    const longest = `/dns4/${'a'.repeat(LIMITS.addressBytesMax - 16)}/tcp/65535`
    const addresses = Array.from({ length: LIMITS.addressesPerPeerMax }, () => longest)
    const bytes = sealAddressRecord({ network, addresses, sequence: Number.MAX_SAFE_INTEGER }, key)
    assert.ok(bytes.length <= LIMITS.addressRecordBytesMax)
  })
})

describe('the addresses that a node lists', () => {
  test('are its TCP addresses without the node id, each once', () => {
    const listed = listableAddresses([
      `/ip4/192.0.2.1/tcp/4001/p2p/${nodeId}`,
      '/ip4/192.0.2.1/tcp/4001',
      '/ip4/0.0.0.0/tcp/4001',
      '/ip4/192.0.2.1/udp/4001/quic-v1',
      'nonsense'
    ])
    assert.deepEqual(listed, ['/ip4/192.0.2.1/tcp/4001'])
  })

  test('are no more than others accept, however many interfaces the machine has', () => {
    const many = Array.from({ length: 100 }, (_, i) => `/ip4/192.0.2.${i}/tcp/4001/p2p/${nodeId}`)
    const addresses = listableAddresses(many)
    assert.equal(addresses.length, LIMITS.addressesPerPeerMax)
    const bytes = sealAddressRecord({ network, addresses, sequence: 1 }, key)
    assert.equal(openAddressRecord(bytes, network).ok, true)
  })
})
