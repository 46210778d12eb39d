import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MultiaddrConnection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { DeskPlaces } from '../../../src/overlay/desk-places.ts'

class FakeConnection extends EventTarget {
  readonly remoteAddr: ReturnType<typeof multiaddr>
  isCut = false

  constructor(ip: string) {
    super()
    this.remoteAddr = multiaddr(`/ip4/${ip}/tcp/5000`)
  }

  abort(): void {
    this.isCut = true
    this.dispatchEvent(new Event('close'))
  }
}

describe('[SR-TC-1] places of strangers at the front desk', () => {
  /** Opens a connection from an address; says whether it got a place. */
  function desk(placesMax: number) {
    const places = new DeskPlaces(placesMax)
    return (ip: string) => {
      const connection = new FakeConnection(ip)
      const hasPlace = places.take(connection as unknown as MultiaddrConnection)
      return { connection, hasPlace }
    }
  }

  test('somebody with many addresses cannot keep others out, whatever is held', () => {
    const open = desk(64)
    const held = Array.from({ length: 64 }, (_, i) => open(`192.0.2.${1 + (i % 13)}`))
    assert.ok(held.every(({ hasPlace }) => hasPlace))
    const honest = Array.from({ length: 8 }, (_, i) => open(`198.51.100.${i + 1}`))
    assert.ok(honest.every(({ hasPlace }) => hasPlace))
    assert.deepEqual(
      held.map(({ connection }) => connection.isCut),
      held.map((_, i) => i < 8)
    )
    for (let i = 0; i < 640; i++) open(`192.0.2.${1 + (i % 13)}`)
    assert.ok(honest.every(({ connection }) => !connection.isCut))
  })

  test('a neighbor in the same group gets a place of the one that has most', () => {
    const open = desk(8)
    const held = Array.from({ length: 8 }, () => open('192.0.2.1'))
    assert.ok(open('192.0.2.2').hasPlace)
    assert.equal(held.filter(({ connection }) => connection.isCut).length, 1)
  })

  test('whoever holds most is turned away, and drives nobody of its own out', () => {
    const open = desk(8)
    const held = Array.from({ length: 8 }, () => open('192.0.2.1'))
    assert.equal(open('192.0.2.1').hasPlace, false)
    assert.ok(held.every(({ connection }) => !connection.isCut))
  })

  test('a place is free again when its connection closes', () => {
    const open = desk(1)
    open('192.0.2.1').connection.abort()
    assert.ok(open('192.0.2.1').hasPlace)
  })
})
