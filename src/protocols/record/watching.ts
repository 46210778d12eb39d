import { PeerageError, toPeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { VersionMark } from '../../records/supersede.ts'
import type { CancelTimer, Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import type { RecordWanted } from './key.ts'
import type { Records } from './service.ts'

export interface RecordChange extends VersionMark {
  readonly deleted: boolean
  /** Of what was seen last: whoever resumes with it misses nothing that is still there. */
  readonly cursor: string
  /** Versions between this one and the one seen before, which were replaced meanwhile. */
  readonly missed: number
}

export interface RecordWatch {
  /** What there was when the watch began, or what it resumes after. */
  readonly cursor: string
  /** Reports nothing before this. */
  start(): void
  end(): void
}

export interface WatchComponents {
  readonly records: Pick<Records, 'get' | 'onUpdate'>
  readonly background: Pick<Background, 'run' | 'signal'>
  readonly scheduler: Scheduler
  readonly logger: Logger
}

const NONE: VersionMark = { version: 0, digest: '' }
const CURSOR = /^(0|[1-9]\d{0,15})\.((?:sha256:[0-9a-f]{64})?)$/

/**
 * Reports each newer version of a record. A node that holds it learns of it at once; else the
 * holders are asked every `recordWatchMsMin`, and less often, up to `recordWatchMsMax`, while
 * nothing changes. So a change is seen that late at most, whoever holds the record, and nobody has
 * to keep a list of who watches.
 *
 * Throws what reading throws, except that there is no such record yet, and `INVALID_ARGUMENT` for a
 * cursor that is none.
 */
export async function watchRecord(
  components: WatchComponents,
  { since, ...wanted }: RecordWanted & { readonly since?: string | undefined },
  onChange: (change: RecordChange) => void
): Promise<RecordWatch> {
  const { records, background, scheduler, logger } = components
  let seen = since === undefined ? await currentMark(records, wanted) : parseCursor(since)
  let waitMs = LIMITS.recordWatchMsMin
  let isEnded = false
  let isLooking = false
  let isCalled = false
  let cancel: CancelTimer | undefined

  async function compare(): Promise<boolean> {
    const found = await currentMark(records, wanted)
    if (isEnded || found.version === 0 || found.version < seen.version) return false
    if (found.version === seen.version && found.digest === seen.digest) return false
    const missed = Math.max(0, found.version - seen.version - 1)
    seen = found
    onChange({ ...found, cursor: cursorOf(found), missed })
    return true
  }

  async function look(): Promise<void> {
    try {
      waitMs = (await compare())
        ? LIMITS.recordWatchMsMin
        : Math.min(waitMs * 2, LIMITS.recordWatchMsMax)
    } catch (error) {
      // Whoever cannot be asked now is asked again; what was missed shows in the version then.
      logger.debug('record.watch-failed', { code: toPeerageError(error).code })
      waitMs = Math.min(waitMs * 2, LIMITS.recordWatchMsMax)
    }
  }

  function lookSoon(): void {
    isCalled = true
    if (isLooking || isEnded) return
    isLooking = true
    cancel?.()
    background.run(async () => {
      while (isCalled && !isEnded) {
        isCalled = false
        await look()
      }
      isLooking = false
      if (!isEnded && !background.signal.aborted) cancel = scheduler.after(waitMs, lookSoon)
    })
  }

  let endUpdates: (() => void) | undefined
  return {
    cursor: cursorOf(seen),
    start() {
      // The name may be stored as a hash, and the owner be the default one: the kind is enough.
      endUpdates = records.onUpdate(({ kind }) => {
        if (kind === wanted.kind) lookSoon()
      })
      lookSoon()
    },
    end() {
      isEnded = true
      endUpdates?.()
      cancel?.()
    }
  }
}

async function currentMark(
  records: Pick<Records, 'get'>,
  wanted: RecordWanted
): Promise<VersionMark & { readonly deleted: boolean }> {
  try {
    const { version, digest } = await records.get(wanted)
    return { version, digest, deleted: false }
  } catch (thrown) {
    const { code, details } = toPeerageError(thrown)
    if (code === 'RECORD_NOT_FOUND') return { ...NONE, deleted: false }
    if (code !== 'RECORD_DELETED') throw thrown
    const { version, digest } = details
    return { version: Number(version), digest: String(digest), deleted: true }
  }
}

function cursorOf({ version, digest }: VersionMark): string {
  return `${version}.${digest}`
}

function parseCursor(cursor: string): VersionMark & { readonly deleted: boolean } {
  const [, version, digest = ''] = CURSOR.exec(cursor) ?? []
  if (version === undefined || Number(version) > Number.MAX_SAFE_INTEGER) {
    throw new PeerageError('INVALID_ARGUMENT', { argument: 'since' })
  }
  return { version: Number(version), digest, deleted: false }
}
