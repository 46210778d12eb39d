import type { NodeApi } from '../../control/node-api.ts'
import { ERRORS } from '../../errors.ts'
import type { StoredAlarm } from '../../storage/alarm-store.ts'
import { formatTime } from '../../time/clock.ts'
import type { AlarmBook } from '../alarms.ts'
import { parseCursor } from './page.ts'

export function createAlarmsApi(book: AlarmBook): Pick<NodeApi['trust'], 'alarms' | 'acknowledge'> {
  return {
    async alarms({ limit, cursor, all }) {
      const { alarms, next } = book.page({ limit, after: parseCursor(cursor), all })
      return { items: alarms.map(show), nextCursor: next === undefined ? null : String(next) }
    },
    async acknowledge({ id }) {
      return show(book.acknowledge(id))
    }
  }
}

function show({ id, code, subject, detail, times, ...at }: StoredAlarm) {
  const { text, hint } = ERRORS[code]
  return {
    ...{ id, code, subject, message: text, remedy: hint, detail, times },
    state: stateOf(at),
    raisedAt: formatTime(at.raisedAt),
    lastAt: formatTime(at.lastAt),
    ...(at.acknowledgedAt === undefined ? {} : { acknowledgedAt: formatTime(at.acknowledgedAt) }),
    ...(at.clearedAt === undefined ? {} : { clearedAt: formatTime(at.clearedAt) })
  }
}

function stateOf({ clearedAt, acknowledgedAt }: Pick<StoredAlarm, 'clearedAt' | 'acknowledgedAt'>) {
  if (clearedAt !== undefined) return 'cleared' as const
  return acknowledgedAt === undefined ? ('open' as const) : ('acknowledged' as const)
}
