import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { REPUTATION, SCORE_MIN } from '../../src/reputation/parameters.ts'
import { WEIGHTS } from '../../src/reputation/penalties.ts'
import {
  applyEvent,
  type Reputation,
  type ReputationEvent,
  scoreOf,
  settle,
  standingOf,
  unknownReputation
} from '../../src/reputation/reputation.ts'
import { depthOf, type Standing } from '../../src/reputation/standing.ts'
import {
  ANSWERED,
  anyEvent,
  anyHistory,
  CODES_OF,
  DAY,
  fault,
  HARMLESS,
  HOUR,
  MAJOR,
  NO_FLOOR,
  proved,
  START,
  testLedger
} from '../support/reputation-cases.ts'

type History = readonly (readonly [ms: number, event: ReputationEvent])[]

function live(history: History, from = unknownReputation('alice', START)) {
  let now = from.at
  let reputation = from
  for (const [ms, event] of history) {
    now += ms
    reputation = applyEvent(reputation, event, now, NO_FLOOR)
  }
  return { reputation, now }
}

const depth = (reputation: Reputation, now: number) => depthOf(standingOf(reputation, now))
const anyFault = fc
  .constantFrom(...CODES_OF.slight, ...CODES_OF.minor, ...CODES_OF.major)
  .map(fault)

describe('[SR-REP-1] the score', () => {
  test('never leaves its range, whatever happens', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(30 * DAY), (history, later) => {
        const { reputation, now } = live(history)
        for (const time of [now, now + later]) {
          const score = scoreOf(reputation, time)
          assert.ok(score >= SCORE_MIN && score <= REPUTATION.creditMax)
        }
      })
    )
  })

  test('is monotone: an answer never lowers it, a fault never raises it', () => {
    fc.assert(
      fc.property(anyHistory, anyFault, (history, one) => {
        const { reputation, now } = live(history)
        const score = scoreOf(reputation, now)
        assert.ok(scoreOf(applyEvent(reputation, ANSWERED, now, NO_FLOOR), now) >= score)
        assert.ok(scoreOf(applyEvent(reputation, one, now, NO_FLOOR), now) <= score)
      })
    )
  })

  test('is the same for the same events of one moment in any order', () => {
    const moment = fc.uniqueArray(anyEvent, { maxLength: 20, selector: (e) => JSON.stringify(e) })
    const shuffled = moment.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }))
    )
    fc.assert(
      fc.property(anyHistory, shuffled, (history, [events, others]) => {
        const { reputation: before, now } = live(history)
        const after = (order: readonly ReputationEvent[]) =>
          scoreOf(
            live(
              order.map((event) => [0, event]),
              settle(before, now)
            ).reputation,
            now
          )
        assert.ok(Math.abs(after(events) - after(others)) < 1e-9)
      })
    )
  })

  test('of who does worse is never better: one more fault anywhere helps nobody', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(), anyFault, (history, place, one) => {
        const at = place % (history.length + 1)
        const worse: History = [...history.slice(0, at), [0, one], ...history.slice(at)]
        const [a, b] = [live(history), live(worse)]
        // Lesser faults count once in ten seconds: an earlier one moves the window, by one event.
        const tolerance = WEIGHTS.minor.points
        assert.ok(scoreOf(b.reputation, b.now) <= scoreOf(a.reputation, a.now) + tolerance)
      })
    )
  })

  test('moves only toward zero when nothing happens, and time makes no standing worse than neutral', () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(10 * DAY), (history, later) => {
        const { reputation, now } = live(history)
        const settled = settle(reputation, now + later)
        const worst = Math.max(depth(reputation, now), depthOf('neutral'))
        assert.ok(depth(settled, now + later) <= worst)
        assert.ok(points(settled) <= points(reputation))
      })
    )
  })

  test('comes back: thirty days without faults leave nobody below neutral', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const { reputation, now } = live(history)
        const step = settle(reputation, now + 15 * DAY)
        const settled = settle(settle(step, now + 20 * DAY), now + 30 * DAY)
        assert.ok(depth(settled, now + 30 * DAY) <= depthOf('neutral'))
      })
    )
  })
})

describe('[SR-REP-4] nobody gains', () => {
  test('by absence, load or any other code without blame: such a code changes nothing', () => {
    fc.assert(
      fc.property(anyHistory, fc.constantFrom(...HARMLESS), (history, code) => {
        const { reputation, now } = live(history)
        const after = applyEvent(reputation, fault(code), now, NO_FLOOR)
        assert.deepEqual(after, settle(reputation, now))
      })
    )
  })

  test('by alternating: of a day of answers an on-off attacker can have bad less than 1 %', () => {
    const EVERY_MS = 10_000
    let reputation = unknownReputation('mallory', START)
    let bad = 0
    let good = 0
    for (let now = START; now < START + DAY; now += EVERY_MS) {
      // It strikes whenever that does not restrict it, and is good otherwise.
      const struck = applyEvent(reputation, MAJOR, now, NO_FLOOR)
      const goesUnnoticed = depth(struck, now) <= depthOf('neutral')
      reputation = goesUnnoticed ? struck : applyEvent(reputation, ANSWERED, now, NO_FLOOR)
      if (goesUnnoticed) bad++
      else good++
    }
    assert.ok(bad / good <= 0.01, `${bad} bad of ${good} good`)
    assert.ok(bad > 0, 'the attacker did something')
  })

  test('by good deeds in store: no amount of answers pays for seven grave faults', () => {
    fc.assert(
      fc.property(fc.nat(5000), (answers) => {
        let reputation = unknownReputation('mallory', START)
        for (let i = 0; i < answers; i++) {
          reputation = applyEvent(reputation, ANSWERED, START + i * 1000, NO_FLOOR)
        }
        const now = reputation.at
        for (let i = 0; i < 7; i++) reputation = applyEvent(reputation, MAJOR, now, NO_FLOOR)
        assert.equal(standingOf(reputation, now), 'banned')
      }),
      { numRuns: 20 }
    )
  })

  test('[SR-REP-2] by praise: what happens with others, colluders or not, changes no standing and no order', () => {
    const about = fc.tuple(fc.constantFrom('mallory', 'trudy', 'eve'), fc.constant(ANSWERED))
    fc.assert(
      fc.property(anyHistory, fc.array(about, { maxLength: 100 }), (history, praise) => {
        const alone = testLedger()
        const crowded = testLedger()
        for (const [member, event] of praise) crowded.apply(member, event)
        for (const [ms, event] of history) {
          for (const ledger of [alone, crowded]) {
            ledger.time.advance(ms)
            ledger.apply('alice', event)
          }
        }
        assert.deepEqual(crowded.reputation('alice'), alone.reputation('alice'))
      }),
      { numRuns: 50 }
    )
  })

  test('by slander: what 30 of 100 members do and say is theirs, and isolates none of the 70 others', () => {
    const liar = fc.tuple(fc.nat(29), fc.nat(60_000), anyEvent)
    fc.assert(
      fc.property(fc.array(liar, { minLength: 200, maxLength: 400 }), (deeds) => {
        const ledger = testLedger({ members: 100 })
        for (let i = 0; i < 70; i++) ledger.apply(`honest-${i}`, ANSWERED)
        for (const [i, ms, event] of deeds) {
          ledger.time.advance(ms)
          ledger.apply(`liar-${i}`, event)
        }
        ledger.tick()
        const sunk = ledger.changes.filter(({ member }) => member.startsWith('honest'))
        assert.deepEqual(sunk, [])
      }),
      { numRuns: 10 }
    )
  })

  test('by the lesser faults: without a grave one nobody is banned, in any number and order', () => {
    const lesser = fc.constantFrom(...CODES_OF.slight, ...CODES_OF.minor).map(fault)
    const history = fc.array(fc.tuple(fc.nat(60_000), lesser), { maxLength: 300 })
    fc.assert(
      fc.property(history, (events) => {
        const { reputation, now } = live(events)
        assert.notEqual(standingOf(reputation, now), 'banned')
      }),
      { numRuns: 50 }
    )
  })
})

/** Every sequence of these events up to a length: no sampling, no luck. */
describe('[SR-REP-3] the small model, as a whole', () => {
  const STEPS: readonly (readonly [ms: number, event: ReputationEvent | undefined])[] = [
    [0, ANSWERED],
    [10_000, fault('PEER_UNCERTIFIED')],
    [0, MAJOR],
    [0, proved('proof')],
    [11 * HOUR, undefined],
    [4 * DAY, undefined]
  ]
  const LENGTH = 6

  function explore(
    visit: (before: Reputation, after: Reputation, now: number, event: string) => void
  ): number {
    let visited = 0
    const walk = (before: Reputation, now: number, left: number) => {
      if (left === 0) return
      for (const [ms, event] of STEPS) {
        const then = now + ms
        const after =
          event === undefined ? settle(before, then) : applyEvent(before, event, then, NO_FLOOR)
        visited++
        visit(settle(before, then), after, then, event?.type ?? 'time')
        walk(after, then, left - 1)
      }
    }
    walk(unknownReputation('alice', START), START, LENGTH)
    return visited
  }

  test('a ban never ends before its time, a proof always bans once, and nothing but faults sinks', () => {
    const visited = explore((before, after, now, event) => {
      const [from, to] = [standingOf(before, now), standingOf(after, now)]
      if (from === 'banned') assert.equal(to, 'banned', `${event} ended a ban`)
      if (event === 'proved' && before.proofs.length === 0) assert.equal(to, 'banned')
      if (event === 'proved' && before.proofs.length > 0) assert.equal(to, from)
      if (event === 'answered' || event === 'time') {
        assert.ok(depthOf(to) <= Math.max(depthOf(from), depthOf('neutral')))
      }
      assert.ok(scoreOf(after, now) >= SCORE_MIN)
    })
    assert.equal(visited, (6 ** (LENGTH + 1) - 6) / 5)
  })

  test('every standing but trust is reached, so that the model says something', () => {
    const seen = new Set<Standing>()
    explore((_before, after, now) => seen.add(standingOf(after, now)))
    assert.deepEqual([...seen].toSorted(), ['banned', 'neutral', 'quarantined', 'restricted'])
  })
})

function points({ faults }: Reputation): number {
  return faults.slight + faults.minor + faults.major + faults.fatal
}
