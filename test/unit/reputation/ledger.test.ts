import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LIMITS } from '../../../src/limits.ts'
import { Absences } from '../../../src/reputation/absences.ts'
import { REPUTATION } from '../../../src/reputation/parameters.ts'
import { createStandings } from '../../../src/reputation/standings.ts'
import {
  ANSWERED,
  DAY,
  fault,
  HOUR,
  MAJOR,
  MINUTE,
  NODE,
  proved,
  START,
  testLedger,
  times
} from '../../support/reputation-cases.ts'

describe('[SR-REP-3] the brake', () => {
  test('never lets more than a third be isolated without proof; it tells instead', () => {
    const ledger = testLedger({ members: 9 })
    for (let i = 0; i < 6; i++) times(20, () => ledger.apply(`m${i}`, MAJOR))
    const standings = Array.from({ length: 6 }, (_, i) => ledger.standing(`m${i}`))
    assert.deepEqual(standings, [
      ...['banned', 'banned', 'banned'],
      ...['restricted', 'restricted', 'restricted']
    ])
    assert.deepEqual(ledger.brakes.at(-1), ['m3', 'm4', 'm5'])
  })

  test('control: without it the node would isolate itself from everybody', () => {
    // The share is one of the members: with a network as large as it likes, nothing is held.
    const ledger = testLedger({ members: 1000 })
    for (let i = 0; i < 6; i++) times(20, () => ledger.apply(`m${i}`, MAJOR))
    const banned = ledger.all().filter(({ member }) => ledger.standing(member) === 'banned')
    assert.equal(banned.length, 6)
    assert.deepEqual(ledger.brakes, [])
  })

  test('does not hold back proofs, nor the operator', () => {
    const ledger = testLedger({ members: 3 })
    for (const member of ['a', 'b', 'c']) ledger.apply(member, proved(member))
    assert.ok(['a', 'b', 'c'].every((member) => ledger.standing(member) === 'banned'))
    const other = testLedger({ members: 1 })
    other.apply('a', { type: 'ban', until: START + HOUR, reason: undefined })
    assert.equal(other.standing('a'), 'banned')
  })

  test('in a network of three nobody is isolated without proof', () => {
    const ledger = testLedger({ members: 2 })
    times(100, () => ledger.apply('a', MAJOR))
    assert.equal(ledger.standing('a'), 'restricted')
  })

  test('lets the mildest go when members have left', () => {
    let members = 9
    const init = testLedger({ members })
    for (let i = 0; i < 3; i++) times(5 + i, () => init.apply(`m${i}`, MAJOR))
    members = 6
    const smaller = testLedger({ members, time: init.time, stored: init.stored })
    smaller.tick()
    assert.equal(smaller.standing('m0'), 'restricted')
    assert.deepEqual(
      ['m1', 'm2'].map((member) => smaller.standing(member)),
      ['banned', 'banned']
    )
  })

  test('stops being told when what it holds has faded', () => {
    const ledger = testLedger({ members: 1 })
    times(5, () => ledger.apply('a', MAJOR))
    assert.deepEqual(ledger.brakes, [['a']])
    ledger.time.advance(4 * DAY)
    ledger.tick()
    assert.deepEqual(ledger.brakes, [['a'], []])
  })
})

describe('[SR-REP-3] the exemption', () => {
  test('keeps the members of bootstrap nodes from isolation, but not from proofs or the operator', () => {
    const ledger = testLedger({ exempt: ['office', 'depot'] })
    times(100, () => ledger.apply('office', MAJOR))
    assert.equal(ledger.standing('office'), 'restricted')
    ledger.apply('office', proved('p'))
    assert.equal(ledger.standing('office'), 'banned')
    ledger.apply('depot', { type: 'ban', until: START + HOUR, reason: undefined })
    assert.equal(ledger.standing('depot'), 'banned')
  })
})

describe('[SR-REP-1] a ban', () => {
  test('survives 100 restarts and a new key of the same member', () => {
    let ledger = testLedger()
    times(5, () => ledger.apply('mallory', MAJOR))
    for (let i = 0; i < 100; i++) {
      ledger.time.advance(MINUTE)
      ledger = ledger.restart()
      ledger.tick()
      assert.equal(ledger.standing('mallory'), 'banned')
    }
    const absences = new Absences(ledger.time)
    const view = createStandings({
      ...{ ledger, absences, clock: ledger.time },
      memberOf: () => undefined
    })
    // The trust log does not know the key yet; the certificate names the member.
    const newKey = { nodeId: NODE, member: 'mallory' }
    assert.equal(view.banLeftMs(newKey), REPUTATION.banMs - 100 * MINUTE)
    assert.equal(view.consequences(newKey).admits, false)
    assert.equal(view.preference(newKey), undefined)
    ledger.time.advance(REPUTATION.banMs)
    ledger.tick()
    assert.equal(view.banLeftMs(newKey), undefined)
  })

  test('is on disk before anybody hears of it, and is told once with its end', () => {
    const ledger = testLedger()
    times(5, () => ledger.apply('mallory', MAJOR))
    assert.equal(ledger.stored.get('mallory')?.ban?.by, 'evidence')
    assert.deepEqual(
      ledger.changes.map(({ from, to }) => `${from} → ${to}`),
      ['neutral → restricted', 'restricted → quarantined', 'quarantined → banned']
    )
    ledger.time.advance(REPUTATION.banMs)
    const later = ledger.restart()
    later.tick()
    later.tick()
    assert.deepEqual(
      later.changes.map(({ from, to }) => `${from} → ${to}`),
      ['banned → quarantined']
    )
  })

  test('credit is not written at every answer, but is when it is asked to', () => {
    const ledger = testLedger()
    ledger.apply('alice', ANSWERED)
    assert.equal(ledger.stored.size, 0)
    ledger.save()
    assert.equal(ledger.stored.get('alice')?.answers, 1)
  })
})

describe('[SR-REP-1] the number of reputations', () => {
  test('is bounded, and no ban is forgotten for it', () => {
    const ledger = testLedger({ members: 100_000 })
    ledger.apply('mallory', proved('p'))
    for (let i = 0; i < LIMITS.reputationsMax + 3; i++) {
      ledger.time.advance(1)
      ledger.apply(`member-${i}`, fault('TIMEOUT'))
      if (i === 5) times(5, () => ledger.apply('trudy', MAJOR))
    }
    assert.equal(ledger.all().length, LIMITS.reputationsMax)
    assert.equal(ledger.standing('mallory'), 'banned')
    assert.equal(ledger.standing('trudy'), 'banned')
  })
})

describe('[SR-REP-3] the order in which peers are preferred', () => {
  const ledger = testLedger()
  const absences = new Absences(ledger.time)
  const view = createStandings({
    ...{ ledger, absences, clock: ledger.time },
    memberOf: (nodeId) => nodeId
  })
  const of = (member: string) => ({ nodeId: NODE, member })
  const rank = (member: string) => view.preference(of(member)) ?? Number.POSITIVE_INFINITY

  test('is trusted, neutral, new, restricted, and nobody below that', () => {
    times(70, () => {
      ledger.time.advance(MINUTE)
      ledger.apply('good', ANSWERED)
      ledger.apply('plain', ANSWERED)
    })
    ledger.apply('plain', MAJOR)
    ledger.apply('plain', fault('PEER_UNCERTIFIED'))
    times(2, () => ledger.apply('bad', MAJOR))
    times(4, () => ledger.apply('worse', MAJOR))
    assert.equal(ledger.standing('good'), 'trusted')
    assert.equal(ledger.standing('plain'), 'neutral')
    const order = ['good', 'plain', 'new', 'bad']
    assert.deepEqual(
      order.toSorted((a, b) => rank(a) - rank(b)),
      order
    )
    assert.equal(view.preference(of('worse')), undefined)
    assert.ok(view.isOnProbation(of('new')) && !view.isOnProbation(of('good')))
  })

  test('absence orders within a standing, never beyond it, and is no reason for anything else', () => {
    times(1000, () => absences.add(NODE))
    assert.ok(rank('new') > 200 && rank('new') < rank('bad'))
    assert.equal(ledger.standing('new'), 'neutral')
    assert.equal(view.banLeftMs(of('new')), undefined)
    ledger.time.advance(2 * HOUR)
    assert.ok(rank('new') < 201)
  })
})
