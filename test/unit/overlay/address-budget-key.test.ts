import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { addressBudgetKey } from '../../../src/overlay/address-budget-key.ts'

const key = (address: string) => addressBudgetKey(multiaddr(address))

describe('the origin of a connection', () => {
  test('is the IPv4 address, whatever the port', () => {
    assert.equal(key('/ip4/10.0.0.1/tcp/1'), key('/ip4/10.0.0.1/tcp/2'))
    assert.notEqual(key('/ip4/10.0.0.1/tcp/1'), key('/ip4/10.0.0.2/tcp/1'))
  })

  test('is the same IPv4 address seen through a dual-stack socket', () => {
    assert.equal(key('/ip6/::ffff:10.0.0.1/tcp/1'), key('/ip4/10.0.0.1/tcp/1'))
  })

  test('is the /64 of an IPv6 address, since a stranger has all addresses in it', () => {
    assert.equal(key('/ip6/2001:db8:1:2::1/tcp/1'), key('/ip6/2001:db8:1:2:3:4:5:6/tcp/1'))
    assert.notEqual(key('/ip6/2001:db8:1:2::1/tcp/1'), key('/ip6/2001:db8:1:3::1/tcp/1'))
  })

  test('is one and the same for everything else', () => {
    assert.equal(key('/unix/%2ftmp%2fa'), key('/dns4/example.org/tcp/1'))
  })
})
