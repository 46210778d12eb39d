import { equalBytes } from '../../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { Logger } from '../../log.ts'
import { type AdmissionFault, admitRecord } from '../../records/admit.ts'
import type { KindOf } from '../../records/kind.ts'
import { openRecord, type RecordFormatFault, type VerifiedRecord } from '../../records/record.ts'
import {
  forgetMarkAt,
  outlives,
  supersedeRecord,
  type VersionMark
} from '../../records/supersede.ts'
import type { MayWrite } from '../../records/writer.ts'
import type {
  EntryPage,
  EntryQuery,
  Kept,
  RecordPage,
  RecordQuery,
  RecordStore
} from '../../storage/record-store.ts'
import type { Clock } from '../../time/clock.ts'

export interface HoldingsComponents {
  readonly network: NetworkId
  readonly store: RecordStore
  readonly kindOf: KindOf
  readonly mayWrite: MayWrite
  /** Whether records of this owner are of the own member: they have room when others have none. */
  readonly isOwn: (owner: string) => boolean
  /** Told when a version was remembered that is not on the disk yet. */
  readonly onRemembered: () => void
  /** Told when two contents under one version were found. */
  readonly onConflict: (pair: readonly [VerifiedRecord, VerifiedRecord]) => void
  /** {@link supersedeRecord}, but for the control of an attack. */
  readonly supersede?: typeof supersedeRecord
  readonly clock: Clock
  readonly logger: Logger
}

/** Records as this node sees them: every way in and out passes the same two questions. */
export interface Holdings {
  /**
   * Opens and admits bytes that claim to be the record of a location, without keeping them.
   * Another location is `RECORD_MALFORMED`: a valid record was substituted for the one asked for.
   */
  judge(
    bytes: Uint8Array,
    location: Uint8Array
  ): Verdict<VerifiedRecord, RecordFormatFault | AdmissionFault>
  /** The same for bytes that claim to be an entry of a dictionary, whoever owns it. */
  judgeEntry(
    bytes: Uint8Array,
    dictionary: { readonly kind: string; readonly name: string }
  ): Verdict<VerifiedRecord, RecordFormatFault | AdmissionFault>
  /**
   * Keeps a record if it may be here and may replace what is here; on disk when this accepts,
   * synced together with whatever else is kept in the same turn. Other content under a known
   * version is refused as `RECORD_CONFLICT`, and both are kept as evidence. Rejects with storage
   * errors; nothing was kept then.
   */
  keep(bytes: Uint8Array): Promise<Verdict<VerifiedRecord>>
  /**
   * The same for a write that was meant to replace one version only. Of several writers that try at
   * once the first wins; the others have stored nothing anywhere, which is no conflict.
   */
  claim(bytes: Uint8Array): Promise<Verdict<VerifiedRecord>>
  /** What is on disk, whether it may be served or not. */
  held(location: Uint8Array): VerifiedRecord | undefined
  /** The record that may be served now and its rival under the same version, if there is one. */
  serve(location: Uint8Array): readonly VerifiedRecord[]
  /** What is served now and the versions before that are kept, newest first. */
  history(location: Uint8Array): readonly VerifiedRecord[]
  /** Remembers that a version exists, so that this node never accepts a lower one. */
  remember(record: VerifiedRecord): void
  keepConflict(pair: readonly [VerifiedRecord, VerifiedRecord]): void
  /** Whether evidence is kept that two contents were signed under this version. */
  hasConflict(location: Uint8Array, version: number): boolean
  newest(location: Uint8Array): VersionMark | undefined
  list(query: RecordQuery): RecordPage
  /** Entries of a dictionary that may be served now; a page may have fewer than its bounds. */
  entries(query: EntryQuery): EntryPage
  collectExpired(): void
  /** Called after a newer record was stored. Returns the function that ends it. */
  onUpdate(listener: (record: VerifiedRecord) => void): () => void
}

/** What became of a record that was offered, and what was under its location before. */
interface Taken {
  readonly taken: Verdict<'stored' | 'known'>
  readonly held: VerifiedRecord | undefined
}

export function createHoldings(components: HoldingsComponents): Holdings {
  const { network, store, kindOf, mayWrite, isOwn, clock, logger } = components
  const { onConflict, onRemembered, supersede = supersedeRecord } = components
  const listeners = new Set<(record: VerifiedRecord) => void>()

  const rules = () => ({ now: clock.now(), kindOf, mayWrite })
  const isAdmitted = (record: VerifiedRecord) => admitRecord(record, rules()).ok

  function forgetAt(record: VerifiedRecord): number {
    const kind = kindOf(record.kind)
    if (!kind.ok) throw new TypeError('an admitted record has a known kind')
    return forgetMarkAt(kind.value, clock.now())
  }

  /** Where the mark is damaged, the record that it was of still says how far it went. */
  function newest(location: Uint8Array): VersionMark | undefined {
    return store.newest(location) ?? store.load(location)
  }

  /** A deletion leaves nothing of what it deletes. */
  function keptOf(record: VerifiedRecord, held: VerifiedRecord | undefined): Kept {
    const kind = kindOf(record.kind)
    const versions = record.form === 'deleted' || !kind.ok ? 0 : kind.value.versionsKept - 1
    const isReplaced =
      held !== undefined && held.form !== 'deleted' && held.version < record.version
    return { replaced: isReplaced ? held : undefined, versions }
  }

  function hasConflict(location: Uint8Array, version: number): boolean {
    return store.conflicts(location, version).length > 0
  }

  function keepConflict(pair: readonly [VerifiedRecord, VerifiedRecord]): void {
    const { location, owner, kind, name, version } = pair[0]
    if (hasConflict(location, version)) return
    const kept = store.keepConflict(pair, forgetAt(pair[0]))
    logger.warn('record.conflict-found', { owner, kind, name, version, kept })
    onConflict(pair)
  }

  type KeepPair = (pair: readonly [VerifiedRecord, VerifiedRecord]) => void

  async function take(bytes: Uint8Array, keepPair: KeepPair): Promise<Verdict<VerifiedRecord>> {
    const opened = openRecord(bytes, network)
    if (!opened.ok) return opened
    const { taken, held } = await store.inGroup(() => takeOpened(opened.value))
    const isConflict = !taken.ok && taken.fault === 'RECORD_CONFLICT'
    if (isConflict && held?.version === opened.value.version) keepPair([held, opened.value])
    if (!taken.ok) return taken
    if (taken.value === 'stored') for (const listener of listeners) listener(opened.value)
    return opened
  }

  /** Within the group: what was taken just before is seen, and is synced with this. */
  function takeOpened(record: VerifiedRecord): Taken {
    const held = store.load(record.location)
    return { taken: takeOver(record, held), held }
  }

  function takeOver(record: VerifiedRecord, held: VerifiedRecord | undefined): Taken['taken'] {
    const usage = store.usage(record)
    const admitted = admitRecord(record, { ...rules(), usage })
    if (!admitted.ok) return admitted
    const mark = store.newest(record.location)
    const step = supersede(record, mark ?? held)
    if (!step.ok) return step
    const outlived = outlives(record, held)
    if (!outlived.ok) return outlived
    // The very bytes that are on disk need no second write; a damaged copy, or mark, is written again.
    if (mark !== undefined && held?.digest === record.digest) return accept('known')
    const isDeletion = record.form === 'deleted' && held !== undefined
    const room = store.room.admit(isDeletion || isOwn(record.owner))
    if (!room.ok) return room
    store.save(record, forgetAt(record), keptOf(record, held))
    return accept('stored')
  }

  return {
    keep: (bytes) => take(bytes, keepConflict),
    claim: (bytes) => take(bytes, () => {}),
    keepConflict,
    held: (location) => store.load(location),
    hasConflict,
    judge(bytes, location) {
      const opened = openRecord(bytes, network)
      if (!opened.ok) return opened
      if (!equalBytes(opened.value.location, location)) return refuse('RECORD_MALFORMED')
      return admitRecord(opened.value, rules())
    },
    judgeEntry(bytes, { kind, name }) {
      const opened = openRecord(bytes, network)
      if (!opened.ok) return opened
      const isAsked = opened.value.kind === kind && opened.value.name === name
      return isAsked ? admitRecord(opened.value, rules()) : refuse('RECORD_MALFORMED')
    },
    entries(query) {
      const page = store.entries(query)
      return { ...page, records: page.records.filter(isAdmitted) }
    },
    serve(location) {
      const held = store.load(location)
      if (held === undefined) return []
      const rivals = store
        .conflicts(location, held.version)
        .filter((record) => record.digest !== held.digest)
      return [held, ...rivals].filter(isAdmitted).slice(0, 2)
    },
    history(location) {
      return [...this.serve(location), ...store.history(location).filter(isAdmitted)]
    },
    remember(record) {
      store.remember(record, forgetAt(record))
      onRemembered()
    },
    newest,
    list(query) {
      const page = store.list(query)
      return { ...page, records: page.records.filter(isAdmitted) }
    },
    collectExpired() {
      const deleted = store.collectExpired(clock.now())
      if (deleted > 0) logger.debug('record.expired-collected', { deleted })
    },
    onUpdate(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    }
  }
}
