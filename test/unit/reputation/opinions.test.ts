import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { encodeCbor } from '../../../src/encoding/cbor.ts'
import type { ErrorCode } from '../../../src/errors.ts'
import type { NodeId } from '../../../src/identity/node-id.ts'
import { LIMITS } from '../../../src/limits.ts'
import { admitRecord } from '../../../src/records/admit.ts'
import { OPINIONS } from '../../../src/records/built-in-kinds.ts'
import { openRecord, sealRecord } from '../../../src/records/record.ts'
import { Absences } from '../../../src/reputation/absences.ts'
import { reasonOf } from '../../../src/reputation/explain.ts'
import {
  encodeOpinionList,
  OPINION_LIST_NAME,
  type Opinion,
  parseOpinionList
} from '../../../src/reputation/opinion-list.ts'
import { Opinions } from '../../../src/reputation/opinions.ts'
import { REPUTATION } from '../../../src/reputation/parameters.ts'
import { isIsolated } from '../../../src/reputation/standing.ts'
import { createStandings } from '../../../src/reputation/standings.ts'
import {
  ANSWERED,
  anyEvent,
  DAY,
  MAJOR,
  MINUTE,
  START,
  testLedger,
  times
} from '../../support/reputation-cases.ts'
import {
  bobKey,
  NETWORK,
  NOW,
  rules,
  sampleContent,
  sampleRecord
} from '../../support/sample-record.ts'

const NODE = 'a node' as NodeId
const of = (member: string) => ({ nodeId: NODE, member })
const about = (...members: readonly string[]): Opinion[] =>
  members.map((member) => ({ member, code: undefined }))

/** A node that listens to whoever is given; without `opinions` it listens to nobody. */
function listener(lists: Readonly<Record<string, readonly Opinion[]>>) {
  const ledger = testLedger()
  const opinions = new Opinions({
    clock: ledger.time,
    isHeard: (member) => !isIsolated(ledger.standing(member))
  })
  for (const [by, list] of Object.entries(lists)) {
    opinions.hear({ by, version: 1, expiresAt: START + DAY, opinions: list })
  }
  const common = { ledger, clock: ledger.time, memberOf: (nodeId: NodeId) => nodeId }
  const absences = new Absences(ledger.time)
  const view = createStandings({ ...common, absences, opinions })
  const deaf = createStandings({ ...common, absences: new Absences(ledger.time) })
  return { ledger, opinions, absences, view, deaf }
}

describe('[SR-REP-2] an opinion of another member', () => {
  test('puts whom it warns of behind its like, and says so', () => {
    const { view, opinions, ledger } = listener({ carol: about('mallory') })
    assert.equal(
      (view.preference(of('mallory')) ?? 0) - (view.preference(of('dave')) ?? 0),
      REPUTATION.opinionPoints
    )
    const said = opinions.about('mallory')
    assert.deepEqual(said, [{ by: 'carol', code: undefined }])
    assert.match(reasonOf(ledger.reputation('mallory'), START, said), /opinion of carol/)
    assert.equal(ledger.standing('mallory'), 'neutral')
  })

  test('is no reason where this node has one of its own', () => {
    const { opinions, ledger } = listener({ carol: about('mallory') })
    times(2, () => ledger.apply('mallory', MAJOR))
    const reason = reasonOf(ledger.reputation('mallory'), START, opinions.about('mallory'))
    assert.match(reason, /^MESSAGE_MALFORMED/)
  })

  test('ends with its list', () => {
    const { view, opinions, ledger } = listener({ carol: about('mallory') })
    assert.ok(opinions.counts('carol'))
    ledger.time.advance(DAY)
    assert.ok(!opinions.counts('carol'))
    assert.equal(view.preference(of('mallory')), view.preference(of('dave')))
  })

  test('counts nothing once its author is isolated, and again when it is not', () => {
    const { opinions, ledger } = listener({ carol: about('mallory') })
    assert.equal(opinions.pointsAgainst('mallory'), REPUTATION.opinionPoints)
    ledger.apply('carol', { type: 'ban', until: START + MINUTE, reason: undefined })
    assert.equal(opinions.pointsAgainst('mallory'), 0)
    ledger.time.advance(2 * MINUTE)
    assert.equal(opinions.pointsAgainst('mallory'), REPUTATION.opinionPoints)
  })

  test('is replaced by the next list of the same member', () => {
    const { opinions } = listener({ carol: about('mallory') })
    opinions.hear({ by: 'carol', version: 2, expiresAt: START + DAY, opinions: about('trudy') })
    assert.deepEqual(opinions.about('mallory'), [])
    assert.equal(opinions.about('trudy').length, 1)
  })

  test('together with all others weighs less than not being there, and both less than a rank', () => {
    assert.ok(REPUTATION.opinionMax < REPUTATION.absenceMax)
    assert.ok(REPUTATION.opinionMax + REPUTATION.absenceMax < REPUTATION.rankPoints)
  })
})

const MEMBERS = ['alice', 'bob', 'carol', 'mallory', 'trudy', 'eve'] as const
const anyList = fc.subarray([...MEMBERS]).map((members) => about(...members))
const anyLists = fc.dictionary(fc.constantFrom(...MEMBERS, 'liar-1', 'liar-2', 'liar-3'), anyList)
const anyDeeds = fc.array(fc.tuple(fc.constantFrom(...MEMBERS), anyEvent), { maxLength: 60 })

describe('[SR-REP-4] whatever lists say', () => {
  test('no standing, no score and no consequence changes, and nobody leaves its rank', () => {
    fc.assert(
      fc.property(anyLists, anyDeeds, fc.nat(40), (lists, deeds, absent) => {
        const { ledger, absences, view, deaf } = listener(lists)
        for (const [member, event] of deeds) ledger.apply(member, event)
        times(absent, () => absences.add(NODE))
        const rankOf = (preference: number | undefined) =>
          preference === undefined ? undefined : Math.floor(preference / REPUTATION.rankPoints)
        for (const member of MEMBERS) {
          assert.deepEqual(view.consequences(of(member)), deaf.consequences(of(member)))
          assert.equal(view.banLeftMs(of(member)), deaf.banLeftMs(of(member)))
          assert.equal(view.isOnProbation(of(member)), deaf.isOnProbation(of(member)))
          assert.equal(
            rankOf(view.preference(of(member))),
            rankOf(deaf.preference(of(member))),
            member
          )
        }
      })
    )
  })

  test('nobody is preferred more for it: a coalition gains no place by its lists over the proven', () => {
    fc.assert(
      fc.property(anyLists, anyDeeds, (lists, deeds) => {
        const { ledger, view, deaf } = listener(lists)
        for (const [member, event] of deeds) ledger.apply(member, event)
        for (const member of MEMBERS) {
          const [heard, unheard] = [view.preference(of(member)), deaf.preference(of(member))]
          assert.ok((heard ?? 0) >= (unheard ?? 0), 'no list brings its subject forward')
          assert.ok((heard ?? 0) - (unheard ?? 0) <= REPUTATION.opinionMax)
        }
      })
    )
  })

  test('slander by a crowd leaves its victim before everybody of a lower rank', () => {
    const lists = Object.fromEntries(
      Array.from({ length: 16 }, (_, i) => [`liar-${i}`, about('alice')])
    )
    const { ledger, view } = listener(lists)
    times(70, () => {
      ledger.time.advance(MINUTE)
      ledger.apply('alice', ANSWERED)
    })
    assert.equal(ledger.standing('alice'), 'trusted')
    assert.ok((view.preference(of('alice')) ?? 0) < (view.preference(of('liar-1')) ?? 0))
  })
})

describe('[SR-REP-2] a list of opinions', () => {
  const LIST: readonly Opinion[] = [
    { member: 'mallory', code: 'RECORD_EQUIVOCATION' },
    { member: 'trudy', code: undefined }
  ]

  test('comes back as it was written, in one order', () => {
    const bytes = encodeOpinionList(LIST.toReversed())
    assert.deepEqual(bytes, encodeOpinionList(LIST))
    const parsed = parseOpinionList(bytes)
    assert.deepEqual(parsed.ok && parsed.value, LIST)
  })

  test('of the largest size fits into its kind', () => {
    const longest = Array.from({ length: LIMITS.opinionsPerListMax }, (_, i) => ({
      member: `${'m'.repeat(LIMITS.nameLengthMax - 4)}-${100 + i}`,
      code: 'RECORD_EQUIVOCATION' as ErrorCode
    }))
    assert.ok(encodeOpinionList(longest).length <= OPINIONS.valueBytesMax)
    assert.ok(parseOpinionList(encodeOpinionList(longest)).ok)
  })

  test('names no offense that this version does not know', () => {
    const unheard = encodeCbor({ version: 1, opinions: [{ member: 'mallory', code: 999_999 }] })
    const parsed = parseOpinionList(unheard)
    assert.deepEqual(parsed.ok && parsed.value, about('mallory'))
  })

  const place = { kind: OPINIONS.name, name: OPINION_LIST_NAME }
  const list = { ...place, value: encodeOpinionList(LIST) }
  const verdictOf = (record: ReturnType<typeof sampleRecord>, now = NOW) => {
    const admitted = admitRecord(record, { ...rules, now })
    return admitted.ok ? 'admitted' : admitted.fault
  }

  test('is taken from its member, and refused by code where it is forged, expired or too large', () => {
    assert.equal(verdictOf(sampleRecord(list)), 'admitted')
    assert.equal(verdictOf(sampleRecord(list, bobKey)), 'RECORD_WRITER_DENIED')
    assert.equal(verdictOf(sampleRecord(list), NOW + 60_000), 'RECORD_EXPIRED')
    const large = { ...place, value: new Uint8Array(OPINIONS.valueBytesMax + 1) }
    assert.equal(verdictOf(sampleRecord(large)), 'RECORD_TOO_LARGE')
    const long = { ...list, lifetimeMs: LIMITS.opinionListLifetimeMs + 1 }
    assert.equal(verdictOf(sampleRecord(long)), 'RECORD_LIFETIME_TOO_LONG')
    const forged = sealRecord(sampleContent(list), bobKey)
    const opened = openRecord(forged.with(-1, (forged.at(-1) ?? 0) ^ 1), NETWORK)
    assert.equal(opened.ok ? 'accepted' : opened.fault, 'RECORD_SIGNATURE_INVALID')
  })
})
