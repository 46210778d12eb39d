import type { PrivateKey } from '../../crypto/ed25519.ts'
import { type ErrorCode, PeerageError } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { KindOf } from '../../records/kind.ts'
import { type RecordKey, recordLocation } from '../../records/location.ts'
import { sealRecord, type VerifiedRecord } from '../../records/record.ts'
import { parseRecordName } from '../../records/record-name.ts'
import { abortError, waitUnlessAborted } from '../../time/abort.ts'
import type { Clock } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import type { Holders, Membership } from './holders.ts'
import type { Holdings } from './holdings.ts'
import { askMost } from './most.ts'
import { Reading } from './reading.ts'

export interface RecordPut {
  readonly kind: string
  readonly name: string
  readonly value: Uint8Array
  /** Replaces exactly this version; 0: there must be none yet. */
  readonly expectedVersion?: number | undefined
}

export interface RecordWritten {
  readonly kind: string
  readonly owner: string
  readonly name: string
  readonly version: number
  readonly digest: string
  readonly expiresAt: number
  /** Nodes that have it on disk, this one included. */
  readonly acknowledgedBy: readonly NodeId[]
  /** Holders that did not take it, each with the reason. */
  readonly refused: readonly { readonly nodeId: NodeId; readonly code: ErrorCode }[]
  /** Holders that have not answered; they go on being asked. */
  readonly pending: readonly NodeId[]
}

export interface PutComponents {
  readonly nodeId: NodeId
  readonly member: string
  readonly key: PrivateKey
  readonly membership: Membership
  readonly kindOf: KindOf
  readonly holders: Holders
  readonly holdings: Holdings
  readonly background: Background
  readonly clock: Clock
  readonly scheduler: Scheduler
}

export interface PutInit {
  /** Copies aimed at. */
  readonly replication: number
  /** Nodes that must have it on disk, this one included. */
  readonly acknowledgementsMin: number
}

type Spread = Pick<RecordWritten, 'acknowledgedBy' | 'refused' | 'pending'>

/**
 * Signs the next version, stores it here and at the holders, and says who has it on disk. Once most
 * holders have it, one that hangs has `LIMITS.recordGraceMs` left to be named in the answer; it is
 * served, or replaced, in the background.
 *
 * The holders are asked for the newest version first when this node knows none, when another node
 * of the same member may have written, and when a version is expected; otherwise the own memory
 * is enough. If a holder turns out to have a newer version all the same, the write is repeated
 * once above it.
 *
 * Throws the faults of `admitRecord` for the own record, `RECORD_NAME_INVALID`, `RECORD_STALE`
 * (not the expected version), `RECORD_UNDER_REPLICATED`, storage errors, `CANCELED`.
 */
export async function putRecord(
  components: PutComponents,
  init: PutInit,
  put: RecordPut,
  signal?: AbortSignal
): Promise<RecordWritten> {
  const { holdings } = components
  const key = requireKey(components, put)
  const location = recordLocation(key)
  const known = holdings.newest(location)?.version
  let found = new Reading((bytes) => holdings.judge(bytes, location))
  if (known === undefined || put.expectedVersion !== undefined || hasSiblings(components)) {
    found = await waitUnlessAborted(askVersions(components, key, location), signal)
  }
  let record = write(components, key, put, found)
  let spread = await waitUnlessAborted(spreadRecord(components, init, record), signal)
  if (spread.refused.some(({ code }) => code === 'RECORD_STALE' || code === 'RECORD_CONFLICT')) {
    found = await waitUnlessAborted(askVersions(components, key, location), signal)
    if (isSuperseded(record, put, found)) {
      if (put.expectedVersion !== undefined) throw staleError(put, found.provenVersion(0))
      record = write(components, key, put, found)
      spread = await waitUnlessAborted(spreadRecord(components, init, record), signal)
    }
  }
  const { kind, owner, name, version, digest, expiresAt } = record
  if (spread.acknowledgedBy.length < init.acknowledgementsMin) {
    const wanted = init.acknowledgementsMin
    throw new PeerageError('RECORD_UNDER_REPLICATED', { version, digest, wanted, ...spread })
  }
  return { kind, owner, name, version, digest, expiresAt, ...spread }
}

function requireKey({ membership, member, kindOf }: PutComponents, put: RecordPut): RecordKey {
  const kind = kindOf(put.kind)
  if (kind === undefined) throw new PeerageError('RECORD_KIND_UNKNOWN', { kind: put.kind })
  const name = parseRecordName(put.name)
  if (!name.ok) throw new PeerageError(name.fault, name.detail)
  if (put.value.length > kind.valueBytesMax) {
    const details = { bytes: put.value.length, bytesMax: kind.valueBytesMax }
    throw new PeerageError('RECORD_TOO_LARGE', details)
  }
  return { network: membership.network, kind: kind.name, owner: member, name: name.value }
}

function hasSiblings({ membership, member, nodeId }: PutComponents): boolean {
  return membership.liveNodes().some((node) => node.member === member && node.nodeId !== nodeId)
}

async function askVersions(
  { nodeId, holders, holdings, background, scheduler }: PutComponents,
  { kind, owner, name }: RecordKey,
  location: Uint8Array
): Promise<Reading> {
  const reading = new Reading((bytes) => holdings.judge(bytes, location))
  const others = holders.closest(location).filter((holder) => holder !== nodeId)
  const question = { ask: 'fetch', kind, owner, name } as const
  const answered = () => reading.answered
  const asking = askMost(scheduler, others.length, answered, (look) =>
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
 * Decides the version, seals and stores here. Nothing waits in between, so two puts of this node
 * never take the same version.
 */
function write(
  { key: signingKey, kindOf, holdings, clock }: PutComponents,
  key: RecordKey,
  put: RecordPut,
  found: Reading
): VerifiedRecord {
  const kind = kindOf(key.kind)
  if (kind === undefined) throw new PeerageError('RECORD_KIND_UNKNOWN', { kind: key.kind })
  const known = holdings.newest(recordLocation(key))?.version ?? 0
  const proven = found.provenVersion(known)
  if (put.expectedVersion !== undefined && put.expectedVersion !== proven) {
    throw staleError(put, proven)
  }
  const highest = found.highestVersion(known)
  if (highest >= Number.MAX_SAFE_INTEGER) throw staleError(put, highest)
  const content = {
    ...key,
    version: highest + 1,
    storedAt: clock.now(),
    lifetimeMs: kind.lifetimeMs,
    value: put.value
  }
  const kept = holdings.keep(sealRecord(content, signingKey))
  if (!kept.ok) throw new PeerageError(kept.fault, kept.detail)
  return kept.value
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
  { nodeId, holders, background, scheduler }: PutComponents,
  init: PutInit,
  record: VerifiedRecord
): Promise<Spread> {
  const acknowledgedBy: NodeId[] = [nodeId]
  const refused: { nodeId: NodeId; code: ErrorCode }[] = []
  const question = { ask: 'store', record: record.bytes } as const

  async function storeAt(nodeIds: readonly NodeId[], look = () => {}): Promise<void> {
    await holders.ask(nodeIds, question, background.signal, (holder, answer) => {
      if (!answer.ok) refused.push({ nodeId: holder, code: answer.fault })
      else if (answer.value.digest === record.digest) acknowledgedBy.push(holder)
      else refused.push({ nodeId: holder, code: 'MESSAGE_MALFORMED' })
      look()
    })
  }

  async function replaceLacking(): Promise<void> {
    const lacking = computed.filter((holder) => !acknowledgedBy.includes(holder)).length
    if (lacking === 0 || computed.length < init.replication) return
    const routed = await holders.routed(record.location, background.signal)
    const more = routed.filter((holder) => !computed.includes(holder))
    await storeAt(more.slice(0, lacking))
  }

  const computed = holders.closest(record.location)
  const others = computed.filter((holder) => holder !== nodeId)
  const taken = () => acknowledgedBy.length - 1
  const asking = askMost(scheduler, others.length, taken, (look) => storeAt(others, look))
  const all = asking.all.then(replaceLacking)
  background.run(() => all)
  await asking.most
  const isPending = (holder: NodeId) =>
    !acknowledgedBy.includes(holder) && !refused.some((refusal) => refusal.nodeId === holder)
  // Where nobody hangs, what failed is replaced before the answer; so it is where more are needed.
  const isEnough = acknowledgedBy.length >= init.acknowledgementsMin
  if (!isEnough || !others.some(isPending)) await all
  if (background.signal.aborted) throw abortError(background.signal)
  return {
    acknowledgedBy: [...acknowledgedBy],
    refused: [...refused],
    pending: others.filter(isPending)
  }
}
