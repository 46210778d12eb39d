import type { PrivateKey } from '../../crypto/ed25519.ts'
import { toPeerageError } from '../../errors.ts'
import { nodeIdOf } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import { type Audience, nodesOf } from '../../records/audience.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { isSealedTo, openValue, readersOf } from '../../records/sealed-value.ts'
import type { RecordPlace } from '../../storage/record-store.ts'
import { waitUnlessAborted } from '../../time/abort.ts'
import type { Clock } from '../../time/clock.ts'
import { pause } from '../../time/pause.ts'
import type { CancelTimer, Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import type { Membership } from './holders.ts'
import type { Holdings } from './holdings.ts'
import type { RecordPut } from './put.ts'
import type { Rings } from './rings.ts'

export interface ResealingComponents {
  readonly rings: Pick<Rings, 'refresh'>
  readonly holdings: Pick<Holdings, 'list'>
  readonly membership: Membership
  readonly member: string
  readonly identity: { readonly node: string; readonly key: PrivateKey }
  readonly background: Background
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
  /** Puts a value once more, for those who are readers now. */
  readonly reseal: (
    put: RecordPut & { readonly value: Uint8Array },
    readers: Audience,
    signal: AbortSignal
  ) => Promise<void>
}

/** Seals again what this node has sealed, when those who are its readers change. */
export interface Resealing {
  start(): void
  stop(): void
  /** Begins, unless it is under way: then it goes round once more. */
  look(): void
}

/**
 * A new version for those who are readers now, one record after the other with a gap. Who was a
 * reader keeps what it could read; see "What revocation does not undo" in docs/protocol/sealed.md.
 */
export function createResealing(components: ResealingComponents): Resealing {
  const { rings, holdings, membership, member, identity, background } = components
  const { clock, scheduler, logger, reseal } = components
  const self = nodeIdOf(identity.key.publicKey)
  let isLooking = false
  let isChanged = false
  let cancelLook: CancelTimer | undefined
  let cancelRetry: CancelTimer | undefined

  /** What another node of the member has signed, that node seals again. */
  function* ownSealed(): Generator<VerifiedRecord> {
    for (const owner of [member, `${member}/${identity.node}`]) {
      let after: RecordPlace | undefined
      do {
        const page = holdings.list({ owner, kind: undefined, after, limit: LIMITS.pageItemsMax })
        yield* page.records.filter(({ form, signer }) => form === 'sealed' && signer === self)
        after = page.next
      } while (after !== undefined)
    }
  }

  async function sealAgain(record: VerifiedRecord): Promise<boolean> {
    const readers = readersOf(record.value)
    if (readers === undefined) return false
    if (isSealedTo(record.value, nodesOf(readers, member, membership))) return false
    const opened = await openValue(record.value, record, identity.key)
    if (!opened.ok) return false
    const { kind, owner, version: expectedVersion } = record
    const { name, value } = opened.value
    // Its author has said how long it is good.
    const lifetimeMs = Math.max(1, record.expiresAt - clock.now())
    const put = { kind, owner, name, value, lifetimeMs, expectedVersion }
    await reseal(put, readers, background.signal)
    return true
  }

  async function round(): Promise<void> {
    await attempt(() => rings.refresh(background.signal))
    for (const record of [...ownSealed()]) {
      const wasSealed = await attempt(() => sealAgain(record))
      if (wasSealed === true) {
        await waitUnlessAborted(pause(scheduler, LIMITS.resealGapMs), background.signal)
      }
    }
  }

  /** What fails now, most likely because nobody is connected yet, is looked at again soon. */
  async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      const { code } = toPeerageError(error)
      if (background.signal.aborted || code === 'INTERNAL') throw error
      logger.info('record.reseal-failed', { code })
      cancelRetry?.()
      cancelRetry = scheduler.after(LIMITS.resealRetryMs, look)
      return undefined
    }
  }

  function look(): void {
    isChanged = true
    if (isLooking) return
    isLooking = true
    background.run(async () => {
      try {
        while (isChanged) {
          isChanged = false
          await round()
        }
      } finally {
        isLooking = false
      }
    })
  }

  return {
    look,
    start() {
      cancelLook = scheduler.every(LIMITS.resealLookMs, look)
      look()
    },
    stop() {
      cancelLook?.()
      cancelRetry?.()
    }
  }
}
