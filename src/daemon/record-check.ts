import { toPeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import { condemn } from '../storage/at-rest.ts'
import type { RecordWalk } from '../storage/record-walk.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'
import type { AlarmBook } from './alarms.ts'
import type { Home } from './home.ts'

export interface RecordCheckComponents {
  readonly home: Pick<Home, 'database'>
  /** Undefined where nothing has to be checked. */
  readonly walk: RecordWalk | undefined
  readonly alarms: Pick<AlarmBook, 'raise'>
  readonly scheduler: Scheduler
  readonly logger: Logger
}

/** After a crash: goes through the records of a node that is up already. */
export interface RecordCheck {
  start(): void
  stop(): void
  /** Whether they are damaged: then they are not shown, and taken over at the next start. */
  hasFound(): boolean
}

export function createRecordCheck(components: RecordCheckComponents): RecordCheck {
  const { home, walk, alarms, scheduler, logger } = components
  let isFound = false
  let cancel: CancelTimer | undefined

  function step(): void {
    try {
      if (walk?.next()) cancel = scheduler.after(LIMITS.recordWalkGapMs, step)
    } catch (error) {
      found(error)
    }
  }

  function found(error: unknown): void {
    const { code, details } = toPeerageError(error)
    logger.error('storage.records-damaged', { code, ...details })
    // What the disk does not give has to be looked at like what is wrong.
    isFound = true
    try {
      condemn(home.database)
      alarms.raise({ code: 'STORAGE_SUSPECT', subject: home.database })
    } catch (failure) {
      // A disk that takes nothing either: nothing is shown all the same.
      const { message } = toPeerageError(failure)
      logger.error('storage.damage-not-noted', { message })
    }
  }

  return {
    start: step,
    stop: () => cancel?.(),
    hasFound: () => isFound
  }
}
