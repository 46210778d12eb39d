import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createOpinionRoom } from '../../../src/daemon/opinions.ts'
import { utf8 } from '../../../src/encoding/bytes.ts'
import { PeerageError } from '../../../src/errors.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import type { Records } from '../../../src/protocols/record/index.ts'
import type { VerifiedRecord } from '../../../src/records/record.ts'
import { encodeOpinionList } from '../../../src/reputation/opinion-list.ts'
import { Opinions } from '../../../src/reputation/opinions.ts'
import type { JournalEvent } from '../../../src/storage/journal.ts'
import type { SettingKey } from '../../../src/storage/settings-store.ts'
import { FakeTime } from '../../support/fake-time.ts'

const HOUR = 3_600_000

/** The room over records that the test sets; undefined: there is none, null: nobody is reached. */
function setup(settings = new Map<SettingKey, string>()) {
  const time = new FakeTime()
  const lists = new Map<string, Uint8Array | null>()
  const versions = new Map<string, number>()
  const events: unknown[] = []
  const journal: JournalEvent[] = []
  let updated: (record: VerifiedRecord) => void = () => {}
  const opinions = new Opinions({ clock: time, isHeard: () => true })
  const room = createOpinionRoom({
    records: {
      async get({ owner = '' }) {
        const value = lists.get(owner)
        if (value === undefined) throw new PeerageError('RECORD_NOT_FOUND')
        if (value === null) throw new PeerageError('RECORD_HOLDERS_UNREACHABLE')
        return { value, version: versions.get(owner) ?? 1, expiresAt: time.now() + HOUR }
      },
      onUpdate(listener) {
        updated = listener
        return () => {}
      }
    } as Pick<Records, 'get' | 'put' | 'onUpdate'>,
    settings: {
      get: (key) => settings.get(key),
      set: (key, value) => void settings.set(key, value)
    },
    ...{ opinions, scheduler: time, logger: silentLogger },
    events: { publish: (topic, data) => void events.push({ topic, ...data }) },
    journal: { append: (event) => void journal.push(event) },
    onChange() {}
  })
  const put = (by: string, version: number, value: Uint8Array) => {
    lists.set(by, value)
    versions.set(by, version)
    updated({ kind: 'opinions', owner: by } as VerifiedRecord)
  }
  /** What is read in this time has been read. */
  const pass = async (ms: number) => {
    time.advance(ms)
    await setImmediate()
  }
  return { pass, room, opinions, lists, put, events, journal, settings }
}

const WARNING = encodeOpinionList([{ member: 'mallory', code: undefined }])

describe('[SR-REP-2] a subscription to the opinions of a member', () => {
  test('reads its list at once, again when it changes, and tells of each version once', async () => {
    const { pass, room, opinions, put, events, journal } = setup()
    const stop = room.start()
    put('carol', 1, WARNING)
    await room.subscribe('carol')
    assert.deepEqual(opinions.about('mallory'), [{ by: 'carol', code: undefined }])
    put('carol', 2, encodeOpinionList([]))
    await pass(2 * LIMITS.opinionLookMs)
    assert.deepEqual(opinions.about('mallory'), [])
    assert.deepEqual(
      journal.map(({ event, detail }) => [event, detail?.['opinions']]),
      [
        ['opinion.changed', 1],
        ['opinion.changed', 0]
      ]
    )
    assert.equal(events.length, 2)
    stop()
  })

  test('outlives a restart, and ends with everything that was heard', async () => {
    const { room, settings, put } = setup()
    put('carol', 1, WARNING)
    await room.subscribe('carol')
    const later = setup(settings)
    later.put('carol', 1, WARNING)
    later.room.start()
    await later.pass(1)
    assert.deepEqual(later.room.subscriptions(), ['carol'])
    assert.equal(later.opinions.about('mallory').length, 1)
    assert.equal(later.room.unsubscribe('carol'), true)
    assert.equal(later.room.unsubscribe('carol'), false)
    assert.deepEqual(later.opinions.about('mallory'), [])
    await later.pass(LIMITS.opinionLookMs)
    assert.deepEqual(later.opinions.about('mallory'), [])
    assert.deepEqual(setup(settings).room.subscriptions(), [])
  })

  test('to what is no list counts nothing and says why; the next list counts again', async () => {
    const { room, opinions, put, journal, pass } = setup()
    put('carol', 1, utf8('mallory is bad'))
    await room.subscribe('carol')
    assert.equal(room.faultOf('carol'), 'OPINION_LIST_INVALID')
    assert.equal(journal[0]?.code, 'OPINION_LIST_INVALID')
    assert.ok(!opinions.counts('carol'))
    room.start()
    put('carol', 2, WARNING)
    await pass(1)
    assert.equal(room.faultOf('carol'), undefined)
    assert.ok(opinions.counts('carol'))
  })

  test('keeps what it heard while nobody is reached, and forgets what was taken back', async () => {
    const { room, opinions, lists, put, pass } = setup()
    put('carol', 1, WARNING)
    await room.subscribe('carol')
    room.start()
    lists.set('carol', null)
    await pass(2 * LIMITS.opinionLookMs)
    assert.equal(opinions.about('mallory').length, 1)
    lists.delete('carol')
    await pass(2 * LIMITS.opinionLookMs)
    assert.deepEqual(opinions.about('mallory'), [])
  })

  test('is one of a bounded number', async () => {
    const { room } = setup()
    for (let i = 0; i < LIMITS.opinionSubscriptionsMax; i++) await room.subscribe(`m-${i}`)
    await room.subscribe('m-0')
    await assert.rejects(room.subscribe('one-more'), { code: 'OPINION_SUBSCRIPTIONS_FULL' })
  })
})
