import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createEventHub } from '../../../src/control/events.ts'
import { createAlarmBook } from '../../../src/daemon/alarms.ts'
import { createAlarmsApi } from '../../../src/daemon/api/alarms.ts'
import { LIMITS } from '../../../src/limits.ts'
import { createAlarmStore } from '../../../src/storage/alarm-store.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createJournal } from '../../../src/storage/journal.ts'
import { FakeTime } from '../../support/fake-time.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const signal = new AbortController().signal

function setup() {
  const clock = new FakeTime()
  const db = openDatabase(':memory:')
  const events = createEventHub({ clock })
  const journal = createJournal(db, clock)
  const told: string[] = []
  const subscription = events.subscribe({
    topics: ['alarm.*'],
    deliver: ({ topic, data }) => told.push(`${topic} ${String(data['subject'])}`) > 0,
    lagged: () => assert.fail()
  })
  subscription.resume()
  const store = createAlarmStore(db)
  const book = createAlarmBook({ store, events, journal, logger: silent, clock })
  const subjects = () => book.open().map(({ subject }) => subject)
  return { clock, db, journal, told, book, subjects, api: createAlarmsApi(book) }
}

const FORK = 'TRUST_FORK' as const
const COPY = 'CERTIFICATE_SUPERSEDED' as const

describe('[SR-TRC-1] the alarms of a node', () => {
  test('are raised once for each code and subject, however often it happens', () => {
    const { book, told, clock, journal } = setup()
    book.raise({ code: FORK, subject: 'key', detail: { size: 4 } })
    book.raise({ code: FORK, subject: 'key' })
    clock.jump(clock.now() + LIMITS.alarmRepeatMs)
    book.raise({ code: FORK, subject: 'key' })
    book.raise({ code: FORK, subject: 'other' })
    book.raise({ code: COPY, subject: 'key' })
    const [first, ...others] = book.open()
    assert.equal(others.length, 2)
    assert.equal(first?.times, 2)
    assert.equal(first.lastAt - first.raisedAt, LIMITS.alarmRepeatMs)
    assert.deepEqual(first.detail, { size: 4 })
    assert.deepEqual(told, ['alarm.raised key', 'alarm.raised other', 'alarm.raised key'])
    const [row] = journal.list({ event: 'alarm', code: FORK }).rows.slice(-1)
    assert.deepEqual(row?.detail, { size: 4, alarm: first.id, subject: 'key' })
  })

  test('are over when they are cleared, and new when they are raised again', () => {
    const { book, told, subjects } = setup()
    book.clear(FORK, 'key')
    book.raise({ code: FORK, subject: 'key' })
    book.clear(FORK, 'key')
    assert.deepEqual(subjects(), [])
    book.raise({ code: FORK, subject: 'key' })
    assert.equal(book.open()[0]?.id, 2)
    assert.deepEqual(told, ['alarm.raised key', 'alarm.cleared key', 'alarm.raised key'])
  })

  test('survive a restart', () => {
    const { book, db } = setup()
    book.raise({ code: FORK, subject: 'key' })
    assert.equal(createAlarmStore(db).allOpen().length, 1)
  })

  test('of one code cannot push out those of another, and cleared ones go first', () => {
    const { book, subjects } = setup()
    book.raise({ code: FORK, subject: 'key' })
    for (let i = 0; i < LIMITS.alarmsPerCodeMax; i++) book.raise({ code: COPY, subject: `${i}` })
    book.clear(COPY, '50')
    book.raise({ code: COPY, subject: 'next' })
    assert.ok(subjects().includes('0'))
    assert.ok(
      !book.page({ limit: 500, after: 0, all: true }).alarms.some((a) => a.subject === '50')
    )
    book.raise({ code: COPY, subject: 'last' })
    assert.ok(!subjects().includes('0'))
    assert.ok(subjects().includes('key'))
    assert.equal(subjects().length, LIMITS.alarmsPerCodeMax + 1)
  })

  test('are listed in pages with their remedy, and those that are over when asked for', async () => {
    const { book, api } = setup()
    for (const subject of ['a', 'b', 'c']) book.raise({ code: FORK, subject })
    book.clear(FORK, 'a')
    const open = await api.alarms({ limit: 1, all: false }, { signal })
    assert.deepEqual([open.items[0]?.subject, open.items[0]?.state], ['b', 'open'])
    assert.match(open.items[0]?.remedy ?? '', /authority/)
    const cursor = open.nextCursor ?? assert.fail()
    const rest = await api.alarms({ limit: 1, all: false, cursor }, { signal })
    assert.deepEqual([rest.items[0]?.subject, rest.nextCursor], ['c', null])
    const all = await api.alarms({ limit: 10, all: true }, { signal })
    assert.deepEqual(
      all.items.map(({ state }) => state),
      ['cleared', 'open', 'open']
    )
  })

  test('are acknowledged by number, for good; another number is NOT_FOUND', async () => {
    const { book, api, clock } = setup()
    book.raise({ code: FORK, subject: 'key' })
    const first = await api.acknowledge({ id: 1 }, { signal })
    assert.equal(first.state, 'acknowledged')
    clock.jump(clock.now() + 1000)
    const again = await api.acknowledge({ id: 1 }, { signal })
    assert.equal(again.acknowledgedAt, first.acknowledgedAt)
    assert.equal(book.open().length, 1)
    await assert.rejects(api.acknowledge({ id: 9 }, { signal }), { code: 'NOT_FOUND' })
  })

  test('a row that was changed is STORAGE_DAMAGED', () => {
    for (const change of ["code = 'NO_SUCH'", "detail = '{'"]) {
      const { book, db } = setup()
      book.raise({ code: FORK, subject: 'key' })
      db.prepare(`UPDATE alarms SET ${change}`).run()
      assert.throws(() => book.open(), { code: 'STORAGE_DAMAGED' })
    }
  })
})
