import type { Verdict } from '../../encoding/verdict.ts'
import { type ErrorCode, PeerageError } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { Kind } from '../../records/kind.ts'
import { type RecordKey, recordPlace } from '../../records/location.ts'
import { quorumOf } from '../../records/placement.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { waitUnlessAborted } from '../../time/abort.ts'
import { describe, type GetComponents, type RecordRead } from './get.ts'
import type { RecordResponse } from './messages.ts'
import { Reading } from './reading.ts'

export interface Dictionary extends Omit<RecordKey, 'owner' | 'kind'> {
  readonly kind: Kind
}

export interface EntriesRead {
  readonly kind: string
  readonly name: string
  /** The newest verified entry of every writer, in the order of owners. */
  readonly entries: readonly RecordRead[]
  /** Other nodes that were asked, and how many of them gave a usable answer. */
  readonly holdersAsked: number
  readonly answered: number
  /** False where there are more entries than one read returns. */
  readonly complete: boolean
}

type Components = Omit<GetComponents, 'scheduler'>
type Answer = Extract<RecordResponse, { ask: 'entries' }>

/**
 * Reads a dictionary from this node and all computed holders, page by page, and gives the newest
 * verified entry of every writer. A holder can leave entries out, so all of them are asked; it can
 * add none, because each is signed. An entry older than one seen here before is left out.
 *
 * Throws `RECORD_NOT_FOUND`, `RECORD_HOLDERS_UNREACHABLE`, `CANCELED` or the reason of the signal.
 */
export async function readEntries(
  components: Components,
  { network, kind, name }: Dictionary,
  signal?: AbortSignal
): Promise<EntriesRead> {
  const { nodeId, holders, holdings } = components
  const place = recordPlace({ network, kind: kind.name, owner: '', name }, kind)
  const possible = holders.possible({ place, kind })
  const others = possible.filter((holder) => holder !== nodeId)
  const gathered = new Gathered((bytes) => holdings.judgeEntry(bytes, { kind: kind.name, name }))
  const own = { kind: kind.name, name, after: '' }
  const bounds = { limit: LIMITS.recordEntriesMax, bytesMax: Number.POSITIVE_INFINITY }
  gathered.addOwn(nodeId, holdings.entries({ ...own, ...bounds }).records)
  await waitUnlessAborted(askAll(components, own, others, gathered), signal)
  if (gathered.answered < Math.min(ANSWERS_MIN, others.length)) {
    const details = { asked: others.length, answered: gathered.answered, refused: gathered.refused }
    throw new PeerageError('RECORD_HOLDERS_UNREACHABLE', details)
  }
  const answered = gathered.answered
  const holdersAnswered = answered + (possible.includes(nodeId) ? 1 : 0)
  const isStale = holdersAnswered < quorumOf(kind, components.membership.liveNodes().length)
  const counts = { holdersAsked: others.length, answered, isStale }
  const entries = gathered.readings().flatMap((reading) => {
    const best = reading.best()
    if (best === undefined || best.version < (holdings.newest(best.location)?.version ?? 0))
      return []
    const read = describe(components, reading, best, counts)
    return best.form === 'deleted' ? [] : [read]
  })
  if (entries.length === 0) {
    throw new PeerageError('RECORD_NOT_FOUND', {
      asked: others.length,
      answered: gathered.answered
    })
  }
  return {
    ...{ kind: kind.name, name, entries, holdersAsked: others.length },
    ...{ answered: gathered.answered, complete: gathered.complete }
  }
}

/** As for one record: fewer answers are no proof of absence (SR-RT-2). */
const ANSWERS_MIN = 2

/** Asks page after page: holders that have more are asked again after the last owner they gave. */
async function askAll(
  { holders, background }: Components,
  dictionary: { readonly kind: string; readonly name: string },
  nodeIds: readonly NodeId[],
  gathered: Gathered
): Promise<void> {
  const { kind, name } = dictionary
  await Promise.all(
    nodeIds.map(async (nodeId) => {
      let after = ''
      for (let pages = 0; pages < PAGES_MAX; pages++) {
        let next = ''
        const question = { ask: 'entries', kind, name, after } as const
        await holders.ask([nodeId], question, background.signal, (_, answer) => {
          next = gathered.add(nodeId, answer)
        })
        // Owners rise from page to page: a holder that turns back is not followed.
        if (next <= after) return
        after = next
      }
      gathered.cut()
    })
  )
}

/** As many as the entries of one read fill when each is as large as it may be. */
const PAGES_MAX = Math.ceil(
  (LIMITS.recordEntriesMax * LIMITS.recordBytesMax) / LIMITS.recordEntriesBytesMax
)

/** Verified entries by their owners, bounded in number. */
class Gathered {
  readonly #judge: (bytes: Uint8Array) => Verdict<VerifiedRecord>
  readonly #readings = new Map<string, Reading>()
  readonly #answered = new Set<NodeId>()
  readonly refused: { nodeId: NodeId; code: ErrorCode }[] = []
  #complete = true

  constructor(judge: (bytes: Uint8Array) => Verdict<VerifiedRecord>) {
    this.#judge = judge
  }

  get answered(): number {
    return this.#answered.size
  }

  get complete(): boolean {
    return this.#complete
  }

  /** There is more than was read. */
  cut(): void {
    this.#complete = false
  }

  readings(): Reading[] {
    return [...this.#readings].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reading]) => reading)
  }

  addOwn(nodeId: NodeId, records: readonly VerifiedRecord[]): void {
    for (const record of records) this.#add(nodeId, record)
  }

  /** Returns the owner to go on after; empty when nothing follows. */
  add(nodeId: NodeId, answer: Verdict<Answer>): string {
    if (!answer.ok) {
      this.refused.push({ nodeId, code: answer.fault })
      return ''
    }
    this.#answered.add(nodeId)
    for (const bytes of answer.value.records) {
      const judged = this.#judge(bytes)
      if (judged.ok) this.#add(nodeId, judged.value)
    }
    return answer.value.next
  }

  #add(nodeId: NodeId, record: VerifiedRecord): void {
    const known = this.#readings.get(record.owner)
    if (known === undefined && this.#readings.size >= LIMITS.recordEntriesMax) {
      this.#complete = false
      return
    }
    const reading = known ?? new Reading(this.#judge)
    this.#readings.set(record.owner, reading)
    reading.addAdmitted(nodeId, [record])
  }
}
