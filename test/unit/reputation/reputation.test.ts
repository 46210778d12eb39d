import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ERRORS, type ErrorCode, PENALTIES } from '../../../src/errors.ts'
import { outlookOf, reasonOf } from '../../../src/reputation/explain.ts'
import { REPUTATION } from '../../../src/reputation/parameters.ts'
import { FAULTS, WEIGHTS } from '../../../src/reputation/penalties.ts'
import {
  applyEvent,
  isOnProbation,
  type Reputation,
  type ReputationEvent,
  scoreOf,
  settle,
  standingOf,
  unknownReputation
} from '../../../src/reputation/reputation.ts'
import { BAN_SCORE, CONSEQUENCES, STANDINGS, THRESHOLDS } from '../../../src/reputation/standing.ts'
import {
  ANSWERED,
  CODES_OF,
  DAY,
  fault,
  HOUR,
  MAJOR,
  MINUTE,
  NO_FLOOR,
  proved,
  START
} from '../../support/reputation-cases.ts'

const unknown = unknownReputation('alice', START)

function apply(from: Reputation, event: ReputationEvent, times = 1, everyMs = 0): Reputation {
  let reputation = from
  for (let i = 0; i < times; i++) {
    reputation = applyEvent(reputation, event, reputation.at + everyMs, NO_FLOOR)
  }
  return reputation
}

const now = (reputation: Reputation) => standingOf(reputation, reputation.at)
/** How many faults of a code, apart enough to count, lead to a standing. */
function countUntil(standing: string, code: ErrorCode): number | undefined {
  let reputation = unknown
  for (let count = 1; count <= 1000; count++) {
    reputation = apply(reputation, fault(code), 1, 10_000)
    if (now(reputation) === standing) return count
  }
  return undefined
}

/** A member that was answering for hours. */
const trusted = apply(unknown, ANSWERED, 200, MINUTE)

describe('[SR-REP-1] the table of penalties', () => {
  test('has a weight for every word of the error table that lowers a score', () => {
    assert.deepEqual(
      PENALTIES.filter((penalty) => penalty in WEIGHTS),
      FAULTS
    )
    for (const { penalty } of Object.values(ERRORS)) assert.ok(PENALTIES.includes(penalty))
  })

  test('slight: an honest node does it; any number of these restricts nobody', () => {
    for (const code of CODES_OF.slight) {
      assert.equal(countUntil('restricted', code), undefined)
      assert.equal(countUntil('banned', code), undefined)
    }
  })

  test('minor: 5 of these restrict, 10 quarantine, none bans', () => {
    assert.equal(countUntil('restricted', 'PEER_UNCERTIFIED'), 6, 'a minute fades a little')
    assert.equal(points('PEER_UNCERTIFIED', 5), -THRESHOLDS.restricted.enter)
    assert.equal(points('PEER_UNCERTIFIED', 10), -THRESHOLDS.quarantined.enter)
    assert.equal(countUntil('banned', 'PEER_UNCERTIFIED'), undefined)
  })

  test('major: 2 of these restrict, 4 quarantine, 5 ban', () => {
    assert.equal(now(apply(unknown, MAJOR, 1)), 'neutral')
    assert.equal(now(apply(unknown, MAJOR, 2)), 'restricted')
    assert.equal(now(apply(unknown, MAJOR, 3)), 'restricted')
    assert.equal(now(apply(unknown, MAJOR, 4)), 'quarantined')
    assert.equal(now(apply(unknown, MAJOR, 5)), 'banned')
  })

  test('fatal: one bans', () => {
    assert.equal(now(apply(trusted, proved('x'))), 'banned')
  })

  test('the lesser words together stay short of a ban', () => {
    assert.ok(WEIGHTS.slight.ceiling + WEIGHTS.minor.ceiling < -BAN_SCORE)
  })

  test('what comes many times in ten seconds counts once, so that a burst is one mistake', () => {
    const burst = apply(unknown, fault('PEER_UNCERTIFIED'), 1000)
    assert.equal(scoreOf(burst, START), -WEIGHTS.minor.points)
    assert.equal(burst.incidents[0]?.times, 1)
  })

  function points(code: ErrorCode, count: number): number {
    const penalty = ERRORS[code].penalty
    assert.equal(penalty, 'minor')
    return count * WEIGHTS.minor.points
  }
})

describe('[SR-REP-1] a score over time', () => {
  test('credit is capped, and half of it is gone in ten minutes', () => {
    const rich = apply(unknown, ANSWERED, 1000)
    assert.equal(scoreOf(rich, START), REPUTATION.creditMax)
    assert.equal(scoreOf(rich, START + 10 * MINUTE), REPUTATION.creditMax / 2)
  })

  test('of faults half is left after a day', () => {
    assert.equal(scoreOf(apply(unknown, MAJOR), START + DAY), -WEIGHTS.major.points / 2)
    assert.ok(REPUTATION.faultHalfLifeMs >= 24 * HOUR)
  })

  test('a clock that is set back fades nothing and keeps nobody down', () => {
    const restricted = apply(unknown, MAJOR, 2)
    assert.equal(scoreOf(restricted, START - DAY), scoreOf(restricted, START))
    const fine = settle({ ...restricted, faults: unknown.faults }, START - DAY)
    assert.equal(now(fine), 'neutral')
  })
})

describe('[SR-REP-3] a standing', () => {
  test('ends at another score than it begins, so that nobody swings', () => {
    for (const { enter, leave } of [THRESHOLDS.restricted, THRESHOLDS.quarantined]) {
      assert.ok(leave > enter)
    }
    assert.ok(THRESHOLDS.trusted.leave < THRESHOLDS.trusted.enter)
    const restricted = apply(unknown, MAJOR, 2)
    const better = settle(restricted, START + 12 * HOUR)
    assert.ok(scoreOf(better, better.at) > THRESHOLDS.restricted.enter)
    assert.equal(now(better), 'restricted')
    assert.equal(now(settle(better, START + 31 * HOUR)), 'neutral')
  })

  test('lasts its minimum however many answers follow', () => {
    const shaken = apply(trusted, MAJOR, 2)
    assert.equal(now(shaken), 'neutral', 'credit pays for one')
    const sunk = apply(shaken, MAJOR, 1)
    assert.equal(now(sunk), 'restricted')
    const answering = apply(sunk, ANSWERED, 500)
    assert.equal(now(answering), 'restricted')
  })

  test('is trusted after twenty answers in an hour and never on the first day of nothing', () => {
    assert.equal(now(trusted), 'trusted')
    assert.equal(now(apply(unknown, ANSWERED, 1000)), 'neutral')
    assert.equal(now(settle(unknown, START + 30 * DAY)), 'neutral')
    assert.equal(now(settle(trusted, trusted.at + DAY)), 'neutral', 'trust has to be kept up')
  })

  test('has consequences that only grow worse from trusted to banned', () => {
    const rows = STANDINGS.map((standing) => CONSEQUENCES[standing])
    for (const [i, row] of rows.entries()) {
      const better = rows[i - 1]
      if (better === undefined) continue
      assert.ok(row.budgetDivisor >= better.budgetDivisor)
      assert.ok((row.dialRank ?? 99) >= (better.dialRank ?? 99))
      assert.ok(Number(row.admits) <= Number(better.admits))
      assert.ok(Number(row.countsAsPeer) <= Number(better.countsAsPeer))
      assert.ok(Number(row.isAsked) <= Number(better.isAsked))
    }
    assert.deepEqual(
      STANDINGS.filter((standing) => !CONSEQUENCES[standing].admits),
      ['banned']
    )
  })

  test('of a ban ends by its own clock, in a quarantine while the evidence is fresh', () => {
    const banned = apply(unknown, MAJOR, 6)
    const end = START + REPUTATION.banMs
    assert.equal(standingOf(banned, end - 1), 'banned')
    const free = settle(banned, end)
    assert.equal(now(free), 'quarantined')
    assert.equal(now(apply(free, fault('RECORD_STALE'))), 'quarantined', 'no second ban for it')
    assert.equal(now(settle(free, end + 3 * DAY)), 'neutral')
  })

  test('a proof bans once: who is pardoned is not banned by the same proof again', () => {
    const banned = apply(unknown, proved('p1'))
    const pardoned = apply(banned, { type: 'pardon' })
    assert.equal(now(pardoned), 'neutral')
    assert.equal(now(apply(pardoned, proved('p1'))), 'neutral')
    assert.equal(now(apply(pardoned, proved('p2'))), 'banned')
  })

  test('the operator can ban, allow and pardon whatever the evidence says', () => {
    const until = START + HOUR
    const banned = apply(trusted, { type: 'ban', until: trusted.at + HOUR, reason: 'drill' })
    assert.equal(now(banned), 'banned')
    assert.equal(now(apply(banned, { type: 'pardon' })), 'neutral')
    const allowed = apply(unknown, { type: 'allow', until, reason: undefined })
    assert.equal(now(apply(allowed, MAJOR, 100)), 'neutral')
    assert.equal(now(settle(apply(allowed, MAJOR, 100), until)), 'banned', 'when it has ended')
  })
})

describe('[SR-REP-4] a newcomer', () => {
  test('is on probation until it has answered enough, for long enough', () => {
    assert.ok(isOnProbation(unknown, START))
    assert.ok(isOnProbation(apply(unknown, ANSWERED, 1000), START + MINUTE))
    assert.ok(isOnProbation(apply(unknown, ANSWERED, 2), START + 10 * DAY))
    assert.ok(!isOnProbation(trusted, trusted.at))
  })
})

describe('[SR-REP-1] the explanation', () => {
  const shown = (reputation: Reputation) => reasonOf(reputation, reputation.at)

  test('names the code, the operator or the brake in one sentence', () => {
    assert.match(shown(unknown), /new here/)
    assert.match(shown(trusted), /answered truly/)
    assert.match(shown(apply(unknown, MAJOR, 2)), /^MESSAGE_MALFORMED: .*\.$/)
    const stopped = applyEvent(apply(unknown, MAJOR, 3), MAJOR, START, () => 'restricted')
    assert.match(shown(stopped), /brake/)
    const until = START + HOUR
    assert.equal(
      shown(apply(unknown, { type: 'ban', until, reason: 'drill' })),
      'The operator has banned it: drill'
    )
    assert.match(shown(apply(unknown, { type: 'allow', until, reason: undefined })), /allowed it/)
  })

  test('says when a standing ends, and that is when it does', () => {
    const restricted = apply(unknown, MAJOR, 2)
    assert.match(outlookOf(restricted, START)[0] ?? '', /in about 2 d/)
    assert.equal(now(settle(restricted, START + 2 * DAY)), 'neutral')
    assert.match(outlookOf(apply(unknown, MAJOR, 5), START)[0] ?? '', /in 12 h/)
    assert.match(outlookOf(unknown, START).join(' '), /20 more answers/)
    assert.match(outlookOf(unknown, START).join(' '), /5 minor or 2 major faults would restrict/)
    assert.match(outlookOf(trusted, trusted.at).join(' '), /stays trusted/)
  })
})
