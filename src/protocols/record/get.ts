import { type ErrorCode, PeerageError } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { Logger } from '../../log.ts'
import type { Audience } from '../../records/audience.ts'
import { quorumOf } from '../../records/placement.ts'
import type { RecordForm, VerifiedRecord } from '../../records/record.ts'
import { waitUnlessAborted } from '../../time/abort.ts'
import { formatTime } from '../../time/clock.ts'
import type { Scheduler } from '../../time/scheduler.ts'
import type { Background } from './background.ts'
import type { Holders, Membership } from './holders.ts'
import type { Holdings } from './holdings.ts'
import type { Target } from './key.ts'
import { type Asking, answersOfRead, askMost } from './most.ts'
import { Reading } from './reading.ts'

export interface RecordRead {
  readonly kind: string
  readonly owner: string
  readonly name: string
  readonly version: number
  readonly digest: string
  readonly form: RecordForm
  readonly value: Uint8Array
  readonly storedAt: number
  readonly expiresAt: number
  /** `authority` where the authority key signed it. */
  readonly signer: { readonly nodeId: NodeId; readonly name: string }
  /** Nodes that gave exactly these bytes, verified here; this node among them if it holds them. */
  readonly verifiedFrom: readonly NodeId[]
  readonly isHeldHere: boolean
  /** Other nodes that were asked. */
  readonly holdersAsked: number
  /** How many of them gave a usable answer. */
  readonly answered: number
  /** Whether fewer holders answered than a write needs: none of them need have the newest version. */
  readonly isStale: boolean
  /** For whom the value is sealed. */
  readonly readers?: Audience
  /** True when the owner signed other content under the same version; both are kept. */
  readonly conflict: boolean
}

export interface GetComponents {
  readonly nodeId: NodeId
  readonly membership: Membership
  readonly holders: Holders
  readonly holdings: Holdings
  readonly background: Background
  readonly scheduler: Scheduler
  readonly logger: Logger
}

/** Absence is the answer of at least this many other holders, or of all that there are (SR-RT-2). */
const ABSENT_ANSWERS_MIN = 2

/**
 * Reads the newest verified version from this node and the holders.
 *
 * All computed holders are asked at once, until fewer are missing than a write needs, so that what
 * was acknowledged is among the answers (then the rest gets `recordDecidedMs`); when most of them
 * have answered, the rest gets `recordGraceMs`. When that shows nothing, or less than this node has seen before, it keeps
 * asking: every holder until its deadline, then the nodes that routing finds. Afterwards, in the
 * background, holders that were behind are given the newer record.
 *
 * Throws `RECORD_NOT_FOUND` (absent by the word of enough holders), `RECORD_HOLDERS_UNREACHABLE`
 * (too few answers to say so), `RECORD_DELETED`, `RECORD_STALE` (all answers are older than a version seen before:
 * a reader never goes back), `CANCELED` or the reason of the signal.
 */
export async function getRecord(
  components: GetComponents,
  target: Target,
  signal?: AbortSignal
): Promise<RecordRead> {
  const { nodeId, holders, holdings, background } = components
  const { location, place } = target
  const computed = holders.possible(target)
  const others = computed.filter((holder) => holder !== nodeId)
  const reading = new Reading((bytes) => holdings.judge(bytes, location))
  reading.addAdmitted(nodeId, holdings.serve(location))

  const first = ask(components, target, others, reading)
  background.run(async () => {
    await first.all
    await correctHolders(components, location, computed, reading)
  })
  await waitUnlessAborted(first.most, signal)
  let asked = others.length
  if (isMissingOrStale(holdings, location, reading)) {
    await waitUnlessAborted(first.all, signal)
    const routed = await waitUnlessAborted(holders.routed(place, background.signal), signal)
    const more = routed.filter((holder) => !computed.includes(holder))
    asked += more.length
    await waitUnlessAborted(ask(components, target, more, reading).all, signal)
  }

  const best = reading.best()
  if (best === undefined) throw missing(reading, others.length, asked)
  const seen = holdings.newest(location)
  if (seen !== undefined && best.version < seen.version) {
    throw new PeerageError('RECORD_STALE', { seen: seen.version, found: best.version, asked })
  }
  const answered = reading.answered
  const holdersAnswered = answered + (computed.includes(nodeId) ? 1 : 0)
  const quorum = quorumOf(target.kind, components.membership.liveNodes().length)
  const counts = { holdersAsked: asked, answered, isStale: holdersAnswered < quorum }
  const read = describe(components, reading, best, counts)
  if (best.form === 'deleted') {
    const { version, digest, storedAt } = best
    const deletedAt = formatTime(storedAt)
    const details = { version, digest, deletedAt, deletedBy: read.signer.name }
    throw new PeerageError('RECORD_DELETED', details)
  }
  return read
}

function ask(
  { membership, holders, background, scheduler, logger }: GetComponents,
  { key, kind: rules }: Target,
  nodeIds: readonly NodeId[],
  reading: Reading
): Asking {
  const { kind, owner, name } = key
  const question = { ask: 'fetch', kind, owner, name } as const
  const before = reading.answered
  const answered = () => reading.answered - before
  const quorum = quorumOf(rules, membership.liveNodes().length)
  return askMost(scheduler, answersOfRead(nodeIds.length, answered, quorum), (look) =>
    holders.ask(nodeIds, question, background.signal, (nodeId, answer) => {
      reading.add(nodeId, answer)
      const code = reading.faults.get(nodeId)
      if (code !== undefined) logger.debug('record.answer-unusable', { nodeId, code })
      // Whoever gave no answer was reported with the request.
      if (code !== undefined && answer.ok) holders.blame(nodeId, code)
      look()
    })
  )
}

function isMissingOrStale(holdings: Holdings, location: Uint8Array, reading: Reading): boolean {
  const best = reading.best()
  return best === undefined || best.version < (holdings.newest(location)?.version ?? 0)
}

function missing(reading: Reading, holders: number, asked: number): PeerageError {
  const answered = reading.answered
  if (answered >= Math.min(ABSENT_ANSWERS_MIN, holders)) {
    return new PeerageError('RECORD_NOT_FOUND', { asked, answered })
  }
  const refused: { nodeId: NodeId; code: ErrorCode }[] = []
  for (const [nodeId, code] of reading.faults) refused.push({ nodeId, code })
  return new PeerageError('RECORD_HOLDERS_UNREACHABLE', { asked, answered, refused })
}

/** What was read, and that this node has now seen it: it never goes back behind that. */
export function describe(
  components: Pick<GetComponents, 'nodeId' | 'membership' | 'holdings' | 'logger'>,
  reading: Reading,
  best: VerifiedRecord,
  counts: Pick<RecordRead, 'holdersAsked' | 'answered' | 'isStale'>
): RecordRead {
  const { nodeId, membership, holdings, logger } = components
  const seen = holdings.newest(best.location)
  const verifiedFrom = reading.holdersOf(best)
  const [rival] = reading.rivals()
  try {
    if (rival !== undefined) holdings.keepConflict([best, rival])
    if (seen === undefined || seen.version < best.version) holdings.remember(best)
  } catch (error) {
    // A full disk must not stop reading; what is lost is this reader's memory of one version.
    if (!(error instanceof PeerageError)) throw error
    logger.warn('record.version-not-remembered', { code: error.code })
  }
  const { kind, owner, name, version, digest, form, value, storedAt, expiresAt } = best
  return {
    ...{ kind, owner, name, version, digest, form, value, storedAt, expiresAt },
    signer: { nodeId: best.signer, name: signerName(membership, best.signer) },
    verifiedFrom,
    isHeldHere: verifiedFrom.includes(nodeId),
    ...counts,
    conflict:
      rival !== undefined ||
      (seen?.version === version && seen.digest !== digest) ||
      holdings.hasConflict(best.location, version)
  }
}

export function signerName(membership: Membership, signer: NodeId): string {
  const enrolled = membership.node(signer)
  // What was admitted and is of no node was signed by the authority.
  return enrolled === undefined ? 'authority' : `${enrolled.member}/${enrolled.node}`
}

/** Gives the newest record to the holders that are behind, this node included (kad "correction"). */
async function correctHolders(
  { nodeId, holders, holdings, background, logger }: GetComponents,
  location: Uint8Array,
  computed: readonly NodeId[],
  reading: Reading
): Promise<void> {
  const best = reading.best()
  if (best === undefined || isMissingOrStale(holdings, location, reading)) return
  const behind = reading.behind(best.version).filter((holder) => computed.includes(holder))
  const question = { ask: 'store', record: best.bytes } as const
  await holders.ask(behind, question, background.signal, (holder, answer) => {
    const code = answer.ok ? undefined : answer.fault
    logger.debug('record.holder-corrected', { nodeId: holder, code })
  })
  // Last, so that a full disk here keeps no other holder behind.
  if (computed.includes(nodeId)) await holdings.keep(best.bytes)
}
