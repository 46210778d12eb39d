import type { EventHub } from '../control/events.ts'
import { ERRORS, type ErrorCode, PeerageError, toPeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import { isAbsent, type Records, type RecordWritten } from '../protocols/record/index.ts'
import { OPINIONS } from '../records/built-in-kinds.ts'
import {
  encodeOpinionList,
  OPINION_LIST_NAME,
  type Opinion,
  parseOpinionList
} from '../reputation/opinion-list.ts'
import type { Opinions } from '../reputation/opinions.ts'
import type { Journal } from '../storage/journal.ts'
import type { SettingsStore } from '../storage/settings-store.ts'
import { formatTime } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import { parseList } from './settled-addresses.ts'

export interface OpinionRoomComponents {
  readonly records: Pick<Records, 'get' | 'put' | 'onUpdate'>
  readonly opinions: Opinions
  readonly settings: SettingsStore
  readonly events: Pick<EventHub, 'publish'>
  readonly journal: Pick<Journal, 'append'>
  readonly scheduler: Scheduler
  readonly logger: Logger
  /** What is heard may change whom this node dials first. */
  readonly onChange: () => void
}

export interface Published extends RecordWritten {
  readonly opinions: readonly Opinion[]
}

/** Where lists of opinions are published and read: records of a kind of their own. */
export interface OpinionRoom {
  /** Replaces the list of the own member. Throws what a put throws. */
  publish(opinions: readonly Opinion[], lifetimeMs: number, signal: AbortSignal): Promise<Published>
  /** Reads the list of a member from now on. Throws `OPINION_SUBSCRIPTIONS_FULL`. */
  subscribe(member: string): Promise<void>
  /** False: there was no such subscription. */
  unsubscribe(member: string): boolean
  /** Members whose lists are read, in the order of their names. */
  subscriptions(): readonly string[]
  /** Why the list of a member counts nothing, where it was read and is none. */
  faultOf(member: string): ErrorCode | undefined
  /** Returns how to stop. */
  start(): () => void
}

const PLACE = { kind: OPINIONS.name, name: OPINION_LIST_NAME } as const

export function createOpinionRoom(components: OpinionRoomComponents): OpinionRoom {
  const { records, opinions, settings, events, journal, scheduler, logger } = components
  const subscribed = new Set(parseList(settings.get('opinions')))
  /** Of each list that was read, what was told last. */
  const told = new Map<string, string>()
  const faults = new Map<string, ErrorCode>()

  const inOrder = () => [...subscribed].toSorted()
  const save = () => settings.set('opinions', JSON.stringify(inOrder()))

  function take(by: string, record: { value: Uint8Array; version: number; expiresAt: number }) {
    const { version, expiresAt } = record
    const parsed = parseOpinionList(record.value)
    if (!parsed.ok) return refuse(by, version, parsed.fault)
    faults.delete(by)
    opinions.hear({ by, version, expiresAt, opinions: parsed.value })
    tell(by, `${version}`, { opinions: parsed.value.length, expiresAt: formatTime(expiresAt) })
  }

  function refuse(by: string, version: number, code: ErrorCode): void {
    opinions.forget(by)
    faults.set(by, code)
    tell(by, `${version}`, { opinions: 0, code })
  }

  /** A list that is read again every minute is told of once. */
  function tell(
    member: string,
    what: string,
    facts: { readonly opinions: number; readonly expiresAt?: string; readonly code?: ErrorCode }
  ): void {
    if (told.get(member) === what) return
    told.set(member, what)
    logger.info('opinion.changed', { member, ...facts })
    events.publish('opinion.changed', { member, ...facts })
    const { code, ...detail } = facts
    journal.append({
      event: 'opinion.changed',
      ...(code === undefined ? {} : { code, layer: ERRORS[code].layer }),
      detail: { member, ...detail }
    })
    components.onChange()
  }

  async function read(by: string): Promise<void> {
    try {
      const record = await records.get({ ...PLACE, owner: by })
      if (subscribed.has(by)) take(by, record)
    } catch (error) {
      // Whoever cannot be reached now has said what it said: that lasts until its own end.
      logger.debug('opinion.not-read', { member: by, code: toPeerageError(error).code })
      if (!isAbsent(error) || !subscribed.has(by)) return
      opinions.forget(by)
      faults.delete(by)
      if (told.has(by)) tell(by, 'none', { opinions: 0 })
    }
  }

  const readAll = () => {
    for (const by of subscribed) void read(by)
  }

  return {
    subscriptions: inOrder,
    faultOf: (member) => faults.get(member),
    async publish(list, lifetimeMs, signal) {
      const put = { ...PLACE, value: encodeOpinionList(list), lifetimeMs }
      return { ...(await records.put(put, { signal })), opinions: list }
    },
    async subscribe(member) {
      if (!subscribed.has(member) && subscribed.size >= LIMITS.opinionSubscriptionsMax) {
        const subscriptionsMax = LIMITS.opinionSubscriptionsMax
        throw new PeerageError('OPINION_SUBSCRIPTIONS_FULL', { subscriptionsMax })
      }
      subscribed.add(member)
      save()
      await read(member)
    },
    unsubscribe(member) {
      const was = subscribed.delete(member)
      save()
      opinions.forget(member)
      faults.delete(member)
      told.delete(member)
      components.onChange()
      return was
    },
    start() {
      readAll()
      const stops = [
        scheduler.every(LIMITS.opinionLookMs, readAll),
        records.onUpdate(({ kind, owner }) => {
          if (kind === OPINIONS.name && subscribed.has(owner)) void read(owner)
        })
      ]
      return () => {
        for (const stop of stops) stop()
      }
    }
  }
}
