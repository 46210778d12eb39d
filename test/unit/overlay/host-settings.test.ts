import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { announcedAddresses } from '../../../src/overlay/announced-addresses.ts'
import { requireNoSessionKeyDump } from '../../../src/overlay/session-key-dump.ts'

describe('[SR-PRV-1] announced addresses', () => {
  const announced = (...addresses: string[]) =>
    announcedAddresses(addresses.map((address) => multiaddr(address))).map(String)
  const loopback = '/ip4/127.0.0.1/tcp/1'
  const inside = '/ip4/192.168.1.2/tcp/1'
  const outside = ['/ip4/8.8.8.8/tcp/1', '/ip6/2600::1/tcp/1'] as const

  test('are the public ones when there are any', () => {
    assert.deepEqual(announced(loopback, ...outside, inside), outside)
  })

  test('are those of the private network when there is nothing public', () => {
    assert.deepEqual(announced(loopback, inside), [inside])
  })

  test('are loopback when there is nothing else', () => {
    assert.deepEqual(announced(loopback), [loopback])
    assert.deepEqual(announced(), [])
  })
})

test('[SR-CONF-3] a node does not run while session keys would be logged', () => {
  requireNoSessionKeyDump({})
  requireNoSessionKeyDump({ DUMP_SESSION_KEYS: '' })
  assert.throws(() => requireNoSessionKeyDump({ DUMP_SESSION_KEYS: '1' }), {
    code: 'CONFIG_INVALID'
  })
})
