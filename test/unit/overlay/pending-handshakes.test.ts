import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { MultiaddrConnection } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { LIMITS } from '../../../src/limits.ts'
import { HandshakeBudget } from '../../../src/overlay/handshake-budget.ts'
import { PendingHandshakes } from '../../../src/overlay/pending-handshakes.ts'
import { RecentOrigins } from '../../../src/overlay/recent-origins.ts'
import { FakeTime } from '../../support/fake-time.ts'

class Waiting extends EventTarget {
  readonly remoteAddr
  isCut = false
  constructor(ip: string) {
    super()
    this.remoteAddr = addressOf(ip)
  }
  abort(): void {
    this.isCut = true
    this.dispatchEvent(new Event('close'))
  }
}

function addressOf(ip: string) {
  return multiaddr(`/ip4/${ip}/tcp/9`)
}

function createHouse() {
  const clock = new FakeTime()
  const recent = new RecentOrigins(clock)
  const broken: unknown[] = []
  const house = new PendingHandshakes({ onBroken: (each) => broken.push(each), recent })
  const come = (ip: string) => {
    const connection = new Waiting(ip)
    house.begin(connection as unknown as MultiaddrConnection)
    return connection
  }
  return { clock, recent, broken, house, come }
}

const held = (connections: readonly Waiting[]) => connections.filter(({ isCut }) => !isCut).length

describe('[SR-TC-1] handshakes under way', () => {
  test('of one origin are bounded: the one that waits longest gives way', () => {
    const { come, house } = createHouse()
    const max = LIMITS.pendingInboundPerAddressMax
    const silent = Array.from({ length: max }, () => come('10.0.0.1'))
    assert.equal(held(silent), max)
    const late = come('10.0.0.1')
    assert.deepEqual([silent[0]?.isCut, silent[1]?.isCut, late.isCut], [true, false, false])
    assert.equal(house.size, max)
  })

  test('of one group are bounded, and other groups do not pay for it', () => {
    const { come, house } = createHouse()
    const honest = come('10.0.1.1')
    const silent = Array.from({ length: 1000 }, (_, i) => come(`10.0.0.${i % 250}`))
    assert.equal(held(silent), LIMITS.pendingInboundPerGroupMax)
    assert.equal(honest.isCut, false)
    assert.equal(house.size, LIMITS.pendingInboundPerGroupMax + 1)
  })

  test('in total are bounded: the group that holds most gives way', () => {
    const { come, house } = createHouse()
    const honest = come('192.0.2.1')
    const silent = Array.from({ length: 5000 }, (_, i) => come(`10.0.${i % 50}.${i % 7}`))
    assert.ok(held(silent) < LIMITS.pendingInboundMax)
    assert.equal(honest.isCut, false)
    assert.equal(house.size, LIMITS.pendingInboundMax)
  })

  test('from where members were admitted have places of their own, for a while', () => {
    const { clock, come, recent, house } = createHouse()
    recent.admitted(addressOf('10.0.0.1'))
    const member = come('10.0.0.1')
    // The same /24: without a place of its own the oldest of the group would go.
    for (let i = 0; i < 1000; i++) come(`10.0.0.${2 + (i % 200)}`)
    for (let i = 0; i < 1000; i++) come(`10.${1 + (i % 100)}.0.1`)
    assert.equal(member.isCut, false)
    assert.equal(house.size, LIMITS.pendingInboundMax + 1)
    clock.advance(LIMITS.recentOriginMs)
    assert.equal(recent.has(addressOf('10.0.0.1')), false)
  })

  test('that gave way are not told as broken: who evicts knows', () => {
    const { come, broken } = createHouse()
    for (let i = 0; i < 100; i++) come('10.0.0.1')
    assert.deepEqual(broken, [])
  })

  test('recent origins are remembered up to a bound', () => {
    const clock = new FakeTime()
    const recent = new RecentOrigins(clock)
    recent.admitted(addressOf('192.0.2.1'))
    for (let i = 0; i < LIMITS.recentOriginsMax; i++) {
      recent.admitted(addressOf(`10.0.${i >> 8}.${i & 255}`))
    }
    assert.equal(recent.has(addressOf('192.0.2.1')), false)
    assert.equal(recent.has(addressOf('10.0.0.0')), true)
  })
})

describe('[SR-TC-1] the budget of handshakes', () => {
  test('is spent by strangers together, from however many addresses, and refills', () => {
    const clock = new FakeTime()
    const budget = new HandshakeBudget(clock, new RecentOrigins(clock))
    const strangers = () =>
      Array.from({ length: 1000 }, (_, i) => budget.take(addressOf(`10.0.${i >> 8}.${i & 255}`)))
    const rate = LIMITS.strangerHandshakesPerSecond
    assert.equal(strangers().filter(Boolean).length, 2 * rate)
    clock.advance(1000)
    assert.equal(strangers().filter(Boolean).length, rate)
  })

  test('is another one where members were admitted lately', () => {
    const clock = new FakeTime()
    const recent = new RecentOrigins(clock)
    const budget = new HandshakeBudget(clock, recent)
    recent.admitted(addressOf('192.0.2.1'))
    for (let i = 0; i < 1000; i++) budget.take(addressOf('10.0.0.1'))
    assert.equal(budget.take(addressOf('10.0.0.2')), false)
    assert.equal(budget.take(addressOf('192.0.2.1')), true)
  })
})
