import type { PrivateKey } from '../../crypto/ed25519.ts'
import { PeerageError } from '../../errors.ts'
import { nameSchema } from '../../identity/name.ts'
import { LIMITS } from '../../limits.ts'
import type { Logger } from '../../log.ts'
import type { Overlay } from '../../overlay/overlay-api.ts'
import { kindOf as builtInKinds, type KindOf } from '../../records/kind.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { parseRecordName, recordNameSchema } from '../../records/record-name.ts'
import { createWriterRule } from '../../records/writer.ts'
import type { RecordPlace, RecordStore } from '../../storage/record-store.ts'
import type { Clock } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import { createBackground } from './background.ts'
import { getRecord, type RecordRead } from './get.ts'
import { answerRecordRequest } from './handler.ts'
import { createHolders, type Membership, type Reach } from './holders.ts'
import { createHoldings } from './holdings.ts'
import { RECORD } from './messages.ts'
import { putRecord, type RecordPut, type RecordWritten } from './put.ts'

export interface RecordsComponents {
  readonly overlay: Pick<Overlay, 'nodeId' | 'peer' | 'call' | 'serve' | 'closestPeers'>
  readonly membership: Membership
  readonly store: RecordStore
  /** The member that this node belongs to, and the node key that signs for it. */
  readonly identity: { readonly member: string; readonly key: PrivateKey }
  readonly reach: Reach
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly logger: Logger
}

export interface RecordsInit {
  /** Default: the built-in kinds. */
  readonly kindOf?: KindOf
  /** Copies aimed at; default `LIMITS.replication`. */
  readonly replication?: number
  /** Nodes that must have a record on disk for a put to succeed, this one included; default 1. */
  readonly acknowledgementsMin?: number
}

export interface RecordWanted {
  readonly kind: string
  readonly name: string
  /** Default: the member of this node. */
  readonly owner?: string | undefined
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
  list(listing: RecordListing): RecordListed
  /** Called after a newer record was stored here, whoever sent it. Returns what ends it. */
  onUpdate(listener: (record: VerifiedRecord) => void): () => void
  /** Resolves when no correction of holders is under way. */
  idle(): Promise<void>
}

/** Signed, versioned records on this node and on the holders closest to each (DESIGN §3.6, §3.7). */
export function createRecords(components: RecordsComponents, init: RecordsInit = {}): Records {
  const { overlay, membership, store, identity, clock, scheduler, logger } = components
  const { kindOf = builtInKinds, replication = LIMITS.replication, acknowledgementsMin = 1 } = init
  const network = membership.network
  const mayWrite = createWriterRule(membership)
  const holdings = createHoldings({ network, store, kindOf, mayWrite, clock, logger })
  const holders = createHolders(components, replication)
  const background = createBackground(logger)
  const parts = { nodeId: overlay.nodeId, membership, holders, holdings, background }
  let cancelCollect: (() => void) | undefined

  return {
    async start() {
      await overlay.serve(RECORD, async (request, peer) => {
        const answer = answerRecordRequest({ network, kindOf, holdings }, request)
        if (!answer.ok) {
          logger.debug('record.request-refused', { nodeId: peer.nodeId, code: answer.fault })
        }
        return answer
      })
      cancelCollect = scheduler.every(LIMITS.recordCollectMs, () =>
        background.run(async () => holdings.collectExpired())
      )
    },
    async stop() {
      cancelCollect?.()
      await background.stop()
    },
    put(put, { signal } = {}) {
      const writer = { ...parts, ...identity, kindOf, clock, scheduler }
      return putRecord(writer, { replication, acknowledgementsMin }, put, signal)
    },
    async get({ kind, name, owner = identity.member }, { signal } = {}) {
      const key = requireKey(kindOf, kind, owner, name)
      return await getRecord({ ...parts, scheduler, logger }, { network, ...key }, signal)
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
    onUpdate: (listener) => holdings.onUpdate(listener),
    idle: () => background.idle()
  }
}

function requireKey(kindOf: KindOf, kind: string, owner: string, name: string) {
  if (kindOf(kind) === undefined) throw new PeerageError('RECORD_KIND_UNKNOWN', { kind })
  if (!nameSchema.safeParse(owner).success) throw new PeerageError('INVALID_ARGUMENT', { owner })
  const parsed = parseRecordName(name)
  if (!parsed.ok) throw new PeerageError(parsed.fault, parsed.detail)
  return { kind, owner, name }
}

/** Owner and kind hold no slash; a record name may. */
function cursorOf({ owner, kind, name }: RecordPlace): string {
  return `${owner}/${kind}/${name}`
}

function requirePlace(cursor: string): RecordPlace {
  const [owner = '', kind = '', ...rest] = cursor.split('/')
  const name = rest.join('/')
  const isPlace =
    nameSchema.safeParse(owner).success &&
    nameSchema.safeParse(kind).success &&
    recordNameSchema.safeParse(name).success
  if (!isPlace) throw new PeerageError('INVALID_ARGUMENT', { argument: 'cursor' })
  return { owner, kind, name }
}
