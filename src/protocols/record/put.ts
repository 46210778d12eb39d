import type { PrivateKey } from '../../crypto/ed25519.ts'
import type { Verdict } from '../../encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../../errors.ts'
import { type NodeId, nodeIdOf } from '../../identity/node-id.ts'
import type { Audience } from '../../records/audience.ts'
import type { Kind, KindOf } from '../../records/kind.ts'
import type { Actor } from '../../records/owner.ts'
import { quorumOf } from '../../records/placement.ts'
import { type RecordContent, sealRecord, type VerifiedRecord } from '../../records/record.ts'
import { admitReceipt } from '../../records/storage-receipt.ts'
import { deletionLifetimeMs } from '../../records/supersede.ts'
import type { MayWrite } from '../../records/writer.ts'
import { abortError, waitUnlessAborted } from '../../time/abort.ts'
import type { Clock } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import { claimVersion, TAKEN } from './claim.ts'
import type { Holders, Membership } from './holders.ts'
import type { Holdings } from './holdings.ts'
import { type RecordWanted, requireTarget, type Target } from './key.ts'
import { answersOfRead, askMost } from './most.ts'
import { Reading } from './reading.ts'
import type { Receipts } from './receipts.ts'

/** Makes the value for the version that it gets: a sealed value is bound to it. */
export type SealValue = (version: number) => Promise<Uint8Array>

export interface RecordPut extends RecordWanted {
  /** Undefined: the record is deleted. */
  readonly value: Uint8Array | SealValue | undefined
  /** Replaces exactly this version; 0: there must be none yet. */
  readonly expectedVersion?: number | undefined
  /** Shorter than what the kind allows; default: as long as that. */
  readonly lifetimeMs?: number | undefined
  /** `group:NAME` and `member:NAME`: only they can read name and value. */
  readonly sealTo?: readonly string[] | undefined
}

export interface RecordWritten {
  readonly kind: string
  readonly owner: string
  readonly name: string
  readonly version: number
  readonly digest: string
  readonly expiresAt: number
  /** How many nodes are to hold it, as far as there are so many. */
  readonly copies: number
  /** How many must have it on disk for the put to succeed. */
  readonly quorum: number
  /** Nodes that have it on disk by their signed receipt, this one included. */
  readonly acknowledgedBy: readonly NodeId[]
  /** Holders that did not take it, each with the reason. */
  readonly refused: readonly { readonly nodeId: NodeId; readonly code: ErrorCode }[]
  /** Holders that have not answered; they go on being asked. */
  readonly pending: readonly NodeId[]
  /** For whom it is sealed. */
  readonly readers?: Audience
}

export interface PutComponents {
  readonly nodeId: NodeId
  readonly actor: Actor
  readonly key: PrivateKey
  /** What signs records of the authority. Throws `AUTHORITY_ABSENT`, `AUTHORITY_LOCKED`. */
  readonly authorityKey: () => PrivateKey
  readonly mayWrite: MayWrite
  readonly membership: Membership
  readonly kindOf: KindOf
  /**
   * Whether this process has written the record before. What an earlier one left on disk may be the
   * memory of a backup, or of a crash: a version that it forgot must not be signed twice.
   */
  readonly isWrittenHere: () => boolean
  readonly holders: Holders
  readonly holdings: Holdings
  readonly receipts: Receipts
  readonly background: Background
  readonly clock: Clock
  readonly scheduler: Scheduler
}

type Spread = Pick<RecordWritten, 'acknowledgedBy' | 'refused' | 'pending' | 'copies' | 'quorum'>

/**
 * Signs the next version, stores it here and at the holders, and says who has it on disk, once the
 * quorum of the holders has. The others have `LIMITS.recordDecidedMs` left to be named in the
 * answer; they are served, or replaced, in the background.
 *
 * The holders are asked for the newest version first when this process has not written it yet, when
 * another node may have, and when a version is expected; otherwise the own memory is enough. If a
 * holder turns out to have a newer version all the same, the write is repeated once above it.
 *
 * Throws what {@link requireTarget} throws and the faults of `admitRecord` for the own record,
 * `AUTHORITY_ABSENT`, `AUTHORITY_LOCKED`, `RECORD_STALE` (not the expected version), `RECORD_UNDER_REPLICATED`, storage errors, `CANCELED`.
 */
export async function putRecord(
  components: PutComponents,
  put: RecordPut,
  signal?: AbortSignal
): Promise<RecordWritten> {
  const { holdings } = components
  const target = requireWritable(components, put)
  const { location } = target
  const known = holdings.newest(location)?.version
  let found = new Reading((bytes) => holdings.judge(bytes, location))
  const isSure = known !== undefined && components.isWrittenHere()
  if (!isSure || isConditional(put) || isShared(components, target)) {
    found = await waitUnlessAborted(askVersions(components, target), signal)
  }
  let record = await write(components, target, put, found)
  let spread = await waitUnlessAborted(spreadRecord(components, target, record), signal)
  if (spread.refused.some(({ code }) => TAKEN.includes(code))) {
    found = await waitUnlessAborted(askVersions(components, target), signal)
    if (isSuperseded(record, put, found)) {
      if (put.expectedVersion !== undefined) throw staleError(put, found.provenVersion(0))
      record = await write(components, target, put, found)
      spread = await waitUnlessAborted(spreadRecord(components, target, record), signal)
    }
  }
  const { kind, owner, name, version, digest, expiresAt } = record
  if (spread.acknowledgedBy.length < spread.quorum) {
    throw new PeerageError('RECORD_UNDER_REPLICATED', { version, digest, ...spread })
  }
  return { kind, owner, name, version, digest, expiresAt, ...spread }
}

/** What this node may write and does not have to ask anybody for; the faults of `admitRecord`. */
function requireWritable(components: PutComponents, put: RecordPut): Target {
  const target = requireTarget({ ...components, network: components.membership.network }, put)
  const { kind, key } = target
  const signingKey = signingKeyFor(components, kind)
  const author = { owner: key.owner, signer: nodeIdOf(signingKey.publicKey) }
  const writer = components.mayWrite({ ...author, storedAt: components.clock.now() }, kind)
  if (!writer.ok) throw new PeerageError(writer.fault, writer.detail)
  if (put.value instanceof Uint8Array) requireSize(kind, put.value)
  const { lifetimeMs = kind.lifetimeMs } = put
  if (lifetimeMs > kind.lifetimeMs) {
    const details = { lifetimeMs, lifetimeMsMax: kind.lifetimeMs }
    throw new PeerageError('RECORD_LIFETIME_TOO_LONG', details)
  }
  return target
}

function requireSize({ valueBytesMax: bytesMax }: Kind, { length: bytes }: Uint8Array): void {
  if (bytes > bytesMax) throw new PeerageError('RECORD_TOO_LARGE', { bytes, bytesMax })
}

/** Asked for at each use: the authority key can be locked meanwhile. */
function signingKeyFor({ key, authorityKey }: PutComponents, { writers }: Kind): PrivateKey {
  return writers.by === 'authority' ? authorityKey() : key
}

/** Whether another node may have written the record since this one did. */
function isShared({ membership, actor, nodeId }: PutComponents, { kind }: Target): boolean {
  const { by } = kind.writers
  if (by === 'node') return false
  const isSingle = kind.model === 'single'
  if (isSingle && (by === 'groups' || by === 'members')) return true
  const { member } = actor
  return membership.liveNodes().some((node) => node.member === member && node.nodeId !== nodeId)
}

async function askVersions(
  { nodeId, membership, holders, holdings, background, scheduler }: PutComponents,
  target: Target
): Promise<Reading> {
  const { location } = target
  const { kind, owner, name } = target.key
  const reading = new Reading((bytes) => holdings.judge(bytes, location))
  reading.addAdmitted(nodeId, holdings.serve(location))
  const others = holders.possible(target).filter((holder) => holder !== nodeId)
  const question = { ask: 'fetch', kind, owner, name } as const
  const quorum = quorumOf(target.kind, membership.liveNodes().length)
  const answers = answersOfRead(others.length, () => reading.answered, quorum)
  const asking = askMost(scheduler, answers, (look) =>
    holders.ask(others, question, background.signal, (holder, answer) => {
      reading.add(holder, answer)
      look()
    })
  )
  background.run(() => asking.all)
  await asking.most
  return reading
}

/**
 * Decides the version, seals and stores here. Puts of one record wait for each other on this node,
 * so two of them never take the same version.
 */
async function write(
  components: PutComponents,
  target: Target,
  put: RecordPut,
  found: Reading
): Promise<VerifiedRecord> {
  const { holdings, clock } = components
  const { kind, key, location } = target
  const known = holdings.newest(location)?.version ?? 0
  const proven = found.provenVersion(known)
  const isGone = found.best()?.form === 'deleted' && found.best()?.version === proven
  requireExpected(put, proven, isGone)
  const highest = found.highestVersion(known)
  if (highest >= Number.MAX_SAFE_INTEGER) throw staleError(put, highest)
  const content = {
    ...key,
    ...(await contentOf(kind, put, highest + 1)),
    version: highest + 1,
    storedAt: clock.now()
  }
  const sealed = sealRecord(content, signingKeyFor(components, kind))
  if (put.expectedVersion === undefined) return requireKept(await holdings.keep(sealed))
  await claimVersion(components, target, sealed)
  const claimed = await holdings.claim(sealed)
  if (!claimed.ok && TAKEN.includes(claimed.fault)) throw staleError(put, proven)
  return requireKept(claimed)
}

function requireKept(kept: Verdict<VerifiedRecord>): VerifiedRecord {
  if (!kept.ok) throw new PeerageError(kept.fault, kept.detail)
  return kept.value
}

async function contentOf(
  kind: Kind,
  { value, lifetimeMs = kind.lifetimeMs }: RecordPut,
  version: number
): Promise<Pick<RecordContent, 'form' | 'value' | 'lifetimeMs'>> {
  if (value === undefined) {
    return { form: 'deleted', value: new Uint8Array(0), lifetimeMs: deletionLifetimeMs(kind) }
  }
  if (value instanceof Uint8Array) return { form: 'plain', value, lifetimeMs }
  const sealed = await value(version)
  requireSize(kind, sealed)
  return { form: 'sealed', value: sealed, lifetimeMs }
}

/** Whether the newest version has to be known before anything is written. */
function isConditional({ expectedVersion, value }: RecordPut): boolean {
  return expectedVersion !== undefined || value === undefined
}

/** Throws `RECORD_STALE`, and for a deletion of what is not there the fault of reading it. */
function requireExpected(put: RecordPut, proven: number, isGone: boolean): void {
  const { expectedVersion, value } = put
  // Whoever expects nothing finds nothing where the record was deleted.
  const isMet = expectedVersion === proven || (expectedVersion === 0 && isGone)
  if (expectedVersion !== undefined && !isMet) throw staleError(put, proven)
  if (value !== undefined || (proven > 0 && !isGone)) return
  throw new PeerageError(isGone ? 'RECORD_DELETED' : 'RECORD_NOT_FOUND', { version: proven })
}

function staleError(put: RecordPut, have: number): PeerageError {
  return new PeerageError('RECORD_STALE', { expected: put.expectedVersion, have })
}

/** Whether a holder has shown, or credibly claims, something that this record does not replace. */
function isSuperseded(record: VerifiedRecord, put: RecordPut, found: Reading): boolean {
  const best = found.best()
  const hasRival =
    best !== undefined &&
    best.version === record.version &&
    (best.digest !== record.digest || found.rivals().length > 0)
  // A claim without proof may move the version of a plain write, but fails no conditional one.
  const highest =
    put.expectedVersion === undefined
      ? found.highestVersion(record.version)
      : found.provenVersion(record.version)
  return hasRival || highest > record.version
}

/** Stores at the computed holders, then, where some failed, at members that routing finds. */
async function spreadRecord(
  { nodeId, membership, holders, receipts, background, scheduler }: PutComponents,
  target: Target,
  record: VerifiedRecord
): Promise<Spread> {
  const { kind, place } = target
  const acknowledgedBy: NodeId[] = [nodeId]
  const computed = holders.closest(target)
  const refused: { nodeId: NodeId; code: ErrorCode }[] = holders
    .possible(target)
    .filter((holder) => !computed.includes(holder))
    .map((holder) => ({ nodeId: holder, code: 'PEER_UNREACHABLE' }))
  const question = { ask: 'store', record: record.bytes } as const

  async function storeAt(nodeIds: readonly NodeId[], look = () => {}): Promise<void> {
    await holders.ask(nodeIds, question, background.signal, (holder, answer) => {
      const receipt = answer.ok ? admitReceipt(answer.value.receipt, holder, record) : answer
      if (receipt.ok) {
        acknowledgedBy.push(holder)
        receipts.keep(receipt.value)
      } else {
        refused.push({ nodeId: holder, code: receipt.fault })
        if (answer.ok) holders.blame(holder, receipt.fault)
      }
      look()
    })
  }

  async function replaceLacking(): Promise<void> {
    const lacking = computed.filter((holder) => !acknowledgedBy.includes(holder)).length
    if (lacking === 0 || computed.length < kind.copies) return
    const routed = await holders.routed(place, background.signal)
    const more = routed.filter((holder) => !computed.includes(holder))
    await storeAt(more.slice(0, lacking))
  }

  const quorum = quorumOf(kind, membership.liveNodes().length)
  const others = computed.filter((holder) => holder !== nodeId)
  const good = () => acknowledgedBy.length - 1
  // Of those that readers ask: the copy of a writer that is no holder is found by nobody.
  const isDecided = () =>
    acknowledgedBy.filter((holder) => computed.includes(holder)).length >= quorum
  const answers = { asked: others.length, good, isDecided }
  const asking = askMost(scheduler, answers, (look) => storeAt(others, look))
  const all = asking.all.then(replaceLacking)
  background.run(() => all)
  await asking.most
  const isPending = (holder: NodeId) =>
    !acknowledgedBy.includes(holder) && !refused.some((refusal) => refusal.nodeId === holder)
  // Where more are needed, what failed is replaced before the answer; so it is where nobody hangs.
  const isEnough = acknowledgedBy.length >= quorum
  if (!isEnough || !(isDecided() || others.some(isPending))) await all
  if (background.signal.aborted) throw abortError(background.signal)
  return {
    copies: Math.min(kind.copies, membership.liveNodes().length),
    quorum,
    acknowledgedBy: [...acknowledgedBy],
    refused: [...refused],
    pending: others.filter(isPending)
  }
}
