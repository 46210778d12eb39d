import type { EventHub } from '../control/events.ts'
import { ERRORS, type ErrorCode, PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { AlarmDetail, AlarmPage, AlarmStore, StoredAlarm } from '../storage/alarm-store.ts'
import type { Journal } from '../storage/journal.ts'
import type { Clock } from '../time/clock.ts'

export interface AlarmComponents {
  readonly store: AlarmStore
  readonly events: EventHub
  readonly journal: Pick<Journal, 'append'>
  readonly logger: Logger
  readonly clock: Clock
}

/**
 * What an operator has to know of, kept until it is over. An alarm has a code of the table of
 * errors, whose hint is its remedy, and a subject: what is raised again while it is open is the
 * same alarm. It is over when whoever raised it clears it; an operator acknowledges it, and it no
 * longer asks for attention.
 */
export interface AlarmBook {
  raise(alarm: {
    readonly code: ErrorCode
    readonly subject: string
    readonly detail?: AlarmDetail
  }): void
  /** Nothing happens where there is no such alarm. */
  clear(code: ErrorCode, subject: string): void
  /** Acknowledged or not, oldest first. */
  open(): readonly StoredAlarm[]
  page(query: { readonly limit: number; readonly after: number; readonly all: boolean }): AlarmPage
  /** Throws `NOT_FOUND`. */
  acknowledge(id: number): StoredAlarm
}

export function createAlarmBook(components: AlarmComponents): AlarmBook {
  const { store, events, journal, logger, clock } = components

  function tell(event: 'alarm.raised' | 'alarm.cleared', alarm: StoredAlarm): void {
    const { id, code, subject, detail } = alarm
    events.publish(event, { id, code, subject })
    journal.append({
      ...{ event, code, layer: ERRORS[code].layer },
      detail: { ...detail, alarm: id, subject }
    })
  }

  return {
    raise({ code, subject: about, detail = {} }) {
      const subject = about.slice(0, LIMITS.alarmSubjectLengthMax)
      const now = clock.now()
      const open = store.open(code, subject)
      if (open !== undefined) {
        // Peers can cause it again and again: the disk must not become the bottleneck.
        if (now - open.lastAt >= LIMITS.alarmRepeatMs) store.repeated(open.id, now)
        return
      }
      const alarm = store.add({ code, subject, detail, raisedAt: now })
      logger.warn('alarm.raised', { id: alarm.id, code })
      tell('alarm.raised', alarm)
    },
    clear(code, about) {
      const open = store.open(code, about.slice(0, LIMITS.alarmSubjectLengthMax))
      if (open === undefined) return
      store.cleared(open.id, clock.now())
      logger.info('alarm.cleared', { id: open.id, code })
      tell('alarm.cleared', open)
    },
    open: () => store.allOpen(),
    page: (query) => store.page(query),
    acknowledge(id) {
      const alarm = store.acknowledged(id, clock.now())
      if (alarm === undefined) throw new PeerageError('NOT_FOUND', { alarm: id })
      return alarm
    }
  }
}
