import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createEventHub } from '../../../src/control/events.ts'
import { createAlarmBook } from '../../../src/daemon/alarms.ts'
import { type Ending, watchEnds } from '../../../src/daemon/end-watch.ts'
import { LIMITS } from '../../../src/limits.ts'
import { silentLogger } from '../../../src/log.ts'
import { createAlarmStore } from '../../../src/storage/alarm-store.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createJournal } from '../../../src/storage/journal.ts'
import { FakeTime } from '../../support/fake-time.ts'

const DAY = 86_400_000

function watch(lifetimeDays: number, code: Ending['code']) {
  const clock = new FakeTime()
  const db = openDatabase(':memory:')
  const alarms = createAlarmBook({
    ...{ store: createAlarmStore(db), events: createEventHub({ clock }), clock },
    ...{ journal: createJournal(db, clock), logger: silentLogger }
  })
  let ending = { code, name: 'it', begin: clock.now(), end: clock.now() + lifetimeDays * DAY }
  const cancel = watchEnds({ alarms, clock, scheduler: clock, endings: () => [ending] })
  return {
    cancel,
    open: () => alarms.open().map((alarm) => `${alarm.code} ${alarm.subject}`),
    passTo(daysLeft: number) {
      clock.advance(ending.end - daysLeft * DAY - clock.now() + LIMITS.endLookMs)
    },
    replace() {
      ending = { ...ending, begin: clock.now(), end: clock.now() + lifetimeDays * DAY }
      clock.advance(LIMITS.endLookMs)
    }
  }
}

describe('[SR-ID-4] what ends is announced', () => {
  test('30 days, 7 days and 1 day before, and no longer once it was replaced', () => {
    const key = watch(3650, 'AUTHORITY_KEY_ENDS_SOON')
    key.passTo(31)
    assert.deepEqual(key.open(), [])
    const said = ['30 days', '7 days', '1 day'].map((left) => `AUTHORITY_KEY_ENDS_SOON it, ${left}`)
    for (const [i, days] of [30, 7, 1].entries()) {
      key.passTo(days)
      assert.deepEqual(key.open(), said.slice(0, i + 1))
    }
    key.replace()
    assert.deepEqual(key.open(), [])
  })

  test('for a certificate of 30 days not at its begin, where it would be no news', () => {
    const certificate = watch(30, 'CERTIFICATE_ENDS_SOON')
    certificate.passTo(8)
    assert.deepEqual(certificate.open(), [])
    certificate.passTo(7)
    assert.deepEqual(certificate.open(), ['CERTIFICATE_ENDS_SOON it, 7 days'])
  })
})
