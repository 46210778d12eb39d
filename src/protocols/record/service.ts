import type { PrivateKey } from '../../crypto/ed25519.ts'
import type { Random } from '../../crypto/random.ts'
import { toHex } from '../../encoding/bytes.ts'
import type { Verdict } from '../../encoding/verdict.ts'
import { refuse } from '../../encoding/verdict.ts'
import { PeerageError } from '../../errors.ts'
import { nameSchema } from '../../identity/name.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import type { Kind, KindOf } from '../../records/kind.ts'
import type { RecordKey } from '../../records/location.ts'
import { type Actor, ownerSchema } from '../../records/owner.ts'
import { admitReader } from '../../records/reader.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { recordNameSchema } from '../../records/record-name.ts'
import { sealProof } from '../../records/storage-proof.ts'
import { type StorageReceipt, sealReceipt } from '../../records/storage-receipt.ts'
import { supersedeRecord } from '../../records/supersede.ts'
import { actorOf, createWriterRule } from '../../records/writer.ts'
import type { ReceiptStore } from '../../storage/receipt-store.ts'
import type { RecordIndex } from '../../storage/record-index.ts'
import type { RecordPlace, RecordStore } from '../../storage/record-store.ts'
import { waitUnlessAborted } from '../../time/abort.ts'
import type { Clock } from '../../time/clock.ts'
import { RateLimit } from '../../time/rate-limit.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import { startAudit } from './audit.ts'
import { createBackground } from './background.ts'
import { createDoubt } from './doubt.ts'
import { type EntriesRead, readEntries } from './entries.ts'
import { getRecord, type RecordRead, signerName } from './get.ts'
import { answerRecordRequest, type RecordSource } from './handler.ts'
import { type HistoryRead, readHistory } from './history.ts'
import { createHolders, type Membership, type Reach } from './holders.ts'
import { createHoldings } from './holdings.ts'
import { type RecordWanted, requireKind, requireRecordName, requireTarget } from './key.ts'
import { RECORD } from './messages.ts'
import { createMisbehavior, type OnMisbehavior } from './misbehavior.ts'
import { putRecord, type RecordPut, type RecordWritten } from './put.ts'
import { createReceipts } from './receipts.ts'
import { createRepair, type Repaired } from './repair.ts'
import { type StoredRecords, withSealing } from './sealed.ts'
import { createSoon } from './soon.ts'
import { type Survey, surveyHolders } from './survey.ts'
import { createTurns } from './turns.ts'
import { type RecordChange, type RecordWatch, watchRecord } from './watching.ts'

export interface RecordsComponents {
  readonly overlay: Pick<Overlay, 'nodeId' | 'peer' | 'call' | 'serve' | 'closestPeers' | 'report'>
  readonly membership: Membership
  readonly store: RecordStore
  readonly receiptStore: ReceiptStore
  readonly index: RecordIndex
  readonly onMisbehavior: OnMisbehavior
  readonly random: Random
  /** As the trust log has them now. */
  readonly kindOf: KindOf
  /** Who this node is, and the keys that sign for it. */
  readonly identity: RecordIdentity
  readonly reach: Reach
  /** Whether the standing of a node lets it hold and be read from; default: every node. */
  readonly isAsked?: (nodeId: NodeId) => boolean
  /** Whether a node has been here long enough to be the only holder; default: every node. */
  readonly isEstablished?: (nodeId: NodeId) => boolean
  /** The memory of versions may have gaps since before this start. */
  readonly isForgetful?: boolean
  /** Damage was found since; default: none. */
  readonly isDamaged?: () => boolean
  /** What may replace a record; another rule for the control of an attack only. */
  readonly supersede?: typeof supersedeRecord
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
}

export interface RecordIdentity {
  readonly member: string
  readonly node: string
  readonly key: PrivateKey
  /** For records of the authority. Throws `AUTHORITY_ABSENT`, `AUTHORITY_LOCKED`. */
  authorityKey(): PrivateKey
}

export interface RecordListing {
  readonly owner?: string | undefined
  readonly kind?: string | undefined
  readonly cursor?: string | undefined
  /** Rows per page; default `pageItemsDefault`, at most `pageItemsMax`. */
  readonly limit?: number | undefined
}

export interface RecordListed {
  /** Records held here that may be served now; a page may have fewer than `limit`. */
  readonly items: readonly VerifiedRecord[]
  readonly nextCursor: string | null
}

export interface CallOptions {
  readonly signal?: AbortSignal
}

export interface Records {
  start(): Promise<void>
  /** Ends background work and waits for it. */
  stop(): Promise<void>
  put(put: RecordPut, options?: CallOptions): Promise<RecordWritten>
  get(wanted: RecordWanted, options?: CallOptions): Promise<RecordRead>
  /** Versions that are still kept, newest first. */
  history(wanted: RecordWanted, options?: CallOptions): Promise<HistoryRead>
  /** `member/node` of a signer, or `authority`. */
  signerName(signer: NodeId): string
  /** What holders have signed for a record that this node wrote. */
  receipts(wanted: RecordWanted): {
    readonly key: RecordKey
    readonly receipts: readonly StorageReceipt[]
  }
  /** Asks every node that is to hold a record what it has. */
  holders(wanted: RecordWanted, options?: CallOptions): Promise<Survey>
  /** Brings the other holders what they lack, now. */
  repair(options?: CallOptions): Promise<Repaired>
  /** Before this node goes: what only it holds goes to those who stay. */
  handOver(): Promise<Repaired>
  /** Reads all entries of a dictionary. */
  entries(dictionary: Omit<RecordWanted, 'owner'>, options?: CallOptions): Promise<EntriesRead>
  list(listing: RecordListing): RecordListed
  /** Keeps a signed record that came by file, by the rules for one that came from a peer. */
  importRecord(bytes: Uint8Array): Promise<Verdict<VerifiedRecord>>
  /** Reports newer versions of one record, wherever it is held. */
  watch(
    wanted: RecordWanted & { readonly since?: string | undefined },
    onChange: (change: RecordChange) => void
  ): Promise<RecordWatch>
  /** Called after a newer record was stored here, whoever sent it. Returns what ends it. */
  onUpdate(listener: (record: VerifiedRecord) => void): () => void
  /** Those who can open what is sealed may be others now, by the trust log. */
  readersChanged(): void
  /** Resolves when no correction of holders is under way. */
  idle(): Promise<void>
}

/** Signed, versioned records on this node and on the holders closest to each (DESIGN §3.6, §3.7). */
export function createRecords(components: RecordsComponents): Records {
  const { overlay, membership, store, kindOf, identity, clock, scheduler, logger } = components
  const network = membership.network
  const mayWrite = createWriterRule(membership)
  const misbehavior = createMisbehavior({
    ...{ network, logger, onMisbehavior: components.onMisbehavior }
  })
  const isOwn = (owner: string) => owner.split('/')[0] === identity.member
  const rules = { network, kindOf, mayWrite, isOwn, clock, logger }
  const { supersede = supersedeRecord } = components
  const background = createBackground(logger)
  const syncing = createSoon({ background, scheduler }, () => store.sync())
  const holdings = createHoldings({
    ...{ ...rules, store, supersede },
    ...{ onConflict: misbehavior.conflict, onRemembered: syncing.ask }
  })
  const holders = createHolders(components)
  const receipts = createReceipts({
    ...{ network, store: components.receiptStore, background, scheduler }
  })
  const parts = { nodeId: overlay.nodeId, membership, holders, holdings, receipts, background }
  const comparing = { nodeId: overlay.nodeId, network, kindOf, index: components.index, clock }
  const repair = createRepair({
    ...{ ...parts, ...comparing, scheduler, logger },
    isOwn: (owner) => owner === identity.member || owner === `${identity.member}/${identity.node}`
  })
  const inTurn = createTurns()
  const writtenHere = new Set<string>()
  const { isForgetful = false, isDamaged = () => false } = components
  const doubt = createDoubt({ ...components, isForgetful, isDamaged })
  let endDoubt: (() => void) | undefined
  let cancelAudit: (() => void) | undefined
  let cancelCollect: (() => void) | undefined

  const actor = () => actorOf(membership, identity)

  function requireReadable(kind: Kind, owner: string | undefined, who: Actor): void {
    const admitted = admitReader(kind, owner, who)
    if (!admitted.ok) throw new PeerageError(admitted.fault, admitted.detail)
  }

  const records: StoredRecords = {
    async start() {
      const source = {
        ...{ ...comparing, membership, holders, holdings },
        sealReceipt: (record: VerifiedRecord) => sealReceipt(record, clock.now(), identity.key),
        sealProof: ((asked, held) =>
          sealProof(
            { ...asked, time: clock.now() },
            held,
            identity.key
          )) as RecordSource['sealProof']
      }
      const stores = new RateLimit(clock, STORES_PER_PEER, LIMITS.connectionsMax)
      await overlay.serve(RECORD, async (request, peer) => {
        // Each costs a verification and a place in a group that is synced.
        if (request.ask === 'store' && !stores.take(peer.nodeId)) return refuse('OVERLOADED')
        if (doubt.forbids(request)) return refuse('STORAGE_SALVAGED')
        const answer = await answerRecordRequest(source, request, peer)
        if (!answer.ok) {
          logger.debug('record.request-refused', { nodeId: peer.nodeId, code: answer.fault })
        }
        return answer
      })
      repair.start()
      endDoubt = doubt.start()
      cancelAudit = startAudit({
        ...{ ...parts, network, misbehavior, clock, scheduler, logger },
        random: components.random
      })
      cancelCollect = scheduler.every(LIMITS.recordCollectMs, () =>
        background.run(async () => {
          holdings.collectExpired()
          receipts.collectExpired(clock.now())
        })
      )
    },
    async stop() {
      cancelCollect?.()
      repair.stop()
      endDoubt?.()
      cancelAudit?.()
      await background.stop()
      receipts.flush()
      syncing.flush()
    },
    async put(put, { signal } = {}) {
      const signing = { key: identity.key, authorityKey: () => identity.authorityKey() }
      const writer = { ...parts, ...signing, actor: actor(), mayWrite, kindOf, clock, scheduler }
      const { location } = requireTarget({ kindOf, actor: actor(), network }, put)
      const place = toHex(location)
      const isWrittenHere = () => writtenHere.has(place)
      const written = await inTurn(location, () =>
        putRecord({ ...writer, isWrittenHere }, put, signal)
      )
      if (writtenHere.size >= LIMITS.recordsPerOwnerMax) writtenHere.clear()
      writtenHere.add(place)
      return written
    },
    async get(wanted, { signal } = {}) {
      const { model } = requireKind(kindOf, wanted.kind)
      if (model === 'dictionary' && wanted.owner === undefined) {
        throw new PeerageError('RECORD_OWNER_NEEDED', { kind: wanted.kind, model })
      }
      const target = requireTarget({ kindOf, actor: actor(), network }, wanted)
      requireReadable(target.kind, target.key.owner, actor())
      return await getRecord({ ...parts, scheduler, logger }, target, signal)
    },
    async history(wanted, { signal } = {}) {
      const target = requireTarget({ kindOf, actor: actor(), network }, wanted)
      requireReadable(target.kind, target.key.owner, actor())
      return await readHistory(parts, target, signal)
    },
    repair: ({ signal } = {}) => waitUnlessAborted(repair.pass(), signal),
    handOver: () => repair.handOver(),
    signerName: (signer) => signerName(membership, signer),
    receipts(wanted) {
      const { key, location } = requireTarget({ kindOf, actor: actor(), network }, wanted)
      return { key, receipts: receipts.of(location) }
    },
    async holders(wanted, { signal } = {}) {
      const target = requireTarget({ kindOf, actor: actor(), network }, wanted)
      requireReadable(target.kind, target.key.owner, actor())
      return await surveyHolders(parts, target, signal)
    },
    async entries({ kind: kindName, name }, { signal } = {}) {
      const kind = requireKind(kindOf, kindName)
      if (kind.model !== 'dictionary') {
        throw new PeerageError('INVALID_ARGUMENT', { argument: 'kind', model: kind.model })
      }
      requireReadable(kind, undefined, actor())
      const dictionary = { network, kind, name: requireRecordName(name) }
      return await readEntries({ ...parts, logger }, dictionary, signal)
    },
    list({ owner, kind, cursor, limit = LIMITS.pageItemsDefault }) {
      const after = cursor === undefined ? undefined : requirePlace(cursor)
      const page = holdings.list({
        owner,
        kind,
        after,
        limit: Math.min(limit, LIMITS.pageItemsMax)
      })
      return {
        items: page.records,
        nextCursor: page.next === undefined ? null : cursorOf(page.next)
      }
    },
    importRecord: (bytes) => holdings.keep(bytes),
    onUpdate: (listener) => holdings.onUpdate(listener),
    idle: () => background.idle()
  }
  const sealed = withSealing({ ...components, ...{ records, holdings, background } })
  const watching = { records: sealed, background, scheduler, logger }
  return { ...sealed, watch: (wanted, onChange) => watchRecord(watching, wanted, onChange) }
}

const STORES_PER_PEER = {
  count: LIMITS.recordStoresPerPeer,
  perMs: 1000,
  burst: LIMITS.recordStoresBurst
}

/** No part holds a colon. */
function cursorOf({ owner, kind, name }: RecordPlace): string {
  return `${owner}:${kind}:${name}`
}

function requirePlace(cursor: string): RecordPlace {
  const [owner = '', kind = '', name = '', ...rest] = cursor.split(':')
  const isPlace =
    rest.length === 0 &&
    ownerSchema.safeParse(owner).success &&
    nameSchema.safeParse(kind).success &&
    recordNameSchema.safeParse(name).success
  if (!isPlace) throw new PeerageError('INVALID_ARGUMENT', { argument: 'cursor' })
  return { owner, kind, name }
}
