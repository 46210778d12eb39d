import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import { admitReceipt } from '../../records/storage-receipt.ts'
import type { HeldMark } from '../../storage/record-index.ts'
import { deadline } from '../../time/deadline.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import { type CompareComponents, digestOf, lackingOf, placeOf } from './compare.ts'
import type { Holders } from './holders.ts'
import type { Holdings } from './holdings.ts'
import type { Receipts } from './receipts.ts'

export interface RepairComponents extends CompareComponents {
  readonly holders: Holders
  readonly holdings: Pick<Holdings, 'serve'>
  readonly receipts: Pick<Receipts, 'keep'>
  /** Whose records this node is the author of, and stores again from time to time. */
  readonly isOwn: (owner: string) => boolean
  readonly background: Pick<Background, 'run' | 'signal'>
  readonly scheduler: Scheduler
  readonly logger: Logger
}

/** What one pass over everything here came to. */
export interface Repaired {
  /** Records here. */
  records: number
  /** Comparisons with other holders, each of one range. */
  compared: number
  /** Of which what both have was not the same. */
  differing: number
  /** Copies that other holders lacked, and have on disk now. */
  restored: number
  /** Copies that could not be brought. */
  failed: number
}

export interface Repair {
  start(): void
  stop(): void
  /** Compares everything here with the other holders, and brings them what they lack. */
  pass(signal?: AbortSignal): Promise<Repaired>
  /** The last pass of a node that goes: what only it holds goes to those who come next. */
  handOver(): Promise<Repaired>
}

type Gaps = Map<NodeId, HeldMark[]>

/**
 * Keeps the number of copies. Range after range, every holder sends the others one hash of what
 * both are to hold; where that differs, it gets their list and stores with them what they lack.
 * So whoever joins is given what it is to hold, and a partition heals to the newest version, which
 * is all that holders accept. Records that this node is not to hold are offered to those that are,
 * and so are its own again after a while (Kademlia §2.5).
 */
export function createRepair(components: RepairComponents): Repair {
  const { nodeId, holders, holdings, index, receipts, clock, background, scheduler } = components
  const { isOwn, logger } = components
  /** Digests that were offered, and when: they need no second offer for a while. */
  const offered = new Map<string, number>()
  let running: Promise<Repaired> | undefined
  let cancel: (() => void) | undefined

  /** Whom a record has to be compared with, and whom it is brought without asking first. */
  function partners(mark: HeldMark, isLeaving: boolean) {
    const at = placeOf(components, mark)
    if (at === undefined) return { compared: [], offeredTo: [] }
    const closest = holders.closest(at)
    const others = closest.filter((holder) => holder !== nodeId)
    if (isLeaving && others.length === 0) return { compared: [], offeredTo: holders.next(at) }
    const isHolder = closest.includes(nodeId)
    const last = offered.get(mark.digest)
    const isDue = last === undefined || clock.monotonic() - last >= LIMITS.recordOfferMs
    const isOffered = isDue && (!isHolder || isOwn(mark.owner))
    return { compared: isHolder ? others : [], offeredTo: isOffered ? others : [] }
  }

  function add(gaps: Gaps, peers: readonly NodeId[], mark: HeldMark): void {
    for (const peer of peers) gaps.set(peer, [...(gaps.get(peer) ?? []), mark])
  }

  async function bring(peer: NodeId, mark: HeldMark, done: Repaired, signal: AbortSignal) {
    const [record] = holdings.serve(mark.location)
    if (record === undefined || signal.aborted) return
    const question = { ask: 'store', record: record.bytes } as const
    await holders.ask([peer], question, signal, (_, answer) => {
      const receipt = answer.ok ? admitReceipt(answer.value.receipt, peer, record) : answer
      if (!receipt.ok) {
        done.failed += 1
        logger.debug('record.not-restored', { nodeId: peer, code: receipt.fault })
        return
      }
      done.restored += 1
      offered.set(record.digest, clock.monotonic())
      if (isOwn(record.owner)) receipts.keep(receipt.value)
    })
  }

  async function range(
    own: readonly HeldMark[],
    bounds: { readonly from: Uint8Array; readonly to: Uint8Array },
    how: { readonly isLeaving: boolean; readonly signal: AbortSignal },
    done: Repaired
  ): Promise<void> {
    const shared: Gaps = new Map()
    const lacking: Gaps = new Map()
    for (const mark of own) {
      const { compared, offeredTo } = partners(mark, how.isLeaving)
      add(shared, compared, mark)
      add(lacking, offeredTo, mark)
    }
    await inParallel([...shared], async ([peer, marks]) => {
      const question = { ask: 'compare', ...bounds, digest: digestOf(marks) } as const
      await holders.ask([peer], question, how.signal, (_, answer) => {
        if (!answer.ok) return
        done.compared += 1
        if (!answer.value.same) done.differing += 1
        for (const mark of lackingOf(marks, answer.value)) add(lacking, [peer], mark)
      })
    })
    await inParallel([...lacking], async ([peer, marks]) => {
      for (const mark of new Set(marks)) await bring(peer, mark, done, how.signal)
    })
  }

  async function all(isLeaving: boolean, signal: AbortSignal): Promise<Repaired> {
    const done: Repaired = { records: 0, compared: 0, differing: 0, restored: 0, failed: 0 }
    for (let from: Uint8Array | undefined = new Uint8Array(32); from !== undefined; ) {
      const page = index.page(from, undefined, clock.now(), LIMITS.recordRangeMax)
      const bounds = { from, to: page.next ?? new Uint8Array(0) }
      done.records += page.marks.length
      await range(page.marks, bounds, { isLeaving, signal }, done)
      from = signal.aborted ? undefined : page.next
      if (from !== undefined && !isLeaving) await pause(signal)
    }
    if (done.restored > 0 || done.failed > 0) logger.info('record.repaired', { ...done })
    return done
  }

  /** A node with many records must not spend all of its time on them. */
  async function pause(signal: AbortSignal): Promise<void> {
    const limit = deadline(scheduler, LIMITS.recordRangePauseMs, signal)
    if (!limit.signal.aborted) {
      await new Promise((resolve) => limit.signal.addEventListener('abort', resolve))
    }
    limit.release()
  }

  function pass(signal: AbortSignal = background.signal): Promise<Repaired> {
    running ??= all(false, signal).finally(() => {
      running = undefined
    })
    return running
  }

  return {
    pass,
    start() {
      cancel = scheduler.every(LIMITS.recordRepairMs, () => {
        for (const [digest, at] of offered) {
          if (clock.monotonic() - at >= LIMITS.recordOfferMs) offered.delete(digest)
        }
        background.run(async () => {
          await pass()
        })
      })
    },
    stop() {
      cancel?.()
    },
    async handOver() {
      const limit = deadline(scheduler, LIMITS.recordHandOverMs, background.signal)
      try {
        return await all(true, limit.signal)
      } finally {
        limit.release()
      }
    }
  }
}

/** Runs for every item, at most `recordCallsMax` at once. */
async function inParallel<Item>(
  items: readonly Item[],
  run: (item: Item) => Promise<void>
): Promise<void> {
  const waiting = [...items]
  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next)
  }
  await Promise.all(Array.from({ length: Math.min(items.length, LIMITS.recordCallsMax) }, work))
}
