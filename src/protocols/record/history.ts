import { PeerageError } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { Audience } from '../../records/audience.ts'
import type { VerifiedRecord } from '../../records/record.ts'
import { compareMarks } from '../../records/supersede.ts'
import { waitUnlessAborted } from '../../time/abort.ts'
import type { GetComponents } from './get.ts'
import type { Target } from './key.ts'

export interface HistoryRead {
  /** Newest first; two of one version are a conflict. */
  readonly versions: readonly {
    readonly record: VerifiedRecord
    /** Nodes that gave exactly these bytes, verified here. */
    readonly verifiedFrom: readonly NodeId[]
    /** For whom it is sealed; the value is then that of the readers where this node is one. */
    readonly readers?: Audience
    readonly isOpen?: boolean
  }[]
  readonly holdersAsked: number
  readonly answered: number
}

/**
 * Every version that this node or a holder still keeps, each verified as if it were the newest. A
 * deletion is the whole history: what it deleted is kept nowhere.
 *
 * Throws `RECORD_NOT_FOUND`, `CANCELED` or the reason of the signal.
 */
export async function readHistory(
  components: Pick<GetComponents, 'nodeId' | 'holders' | 'holdings' | 'background'>,
  target: Target,
  signal?: AbortSignal
): Promise<HistoryRead> {
  const { nodeId, holders, holdings, background } = components
  const { location } = target
  const found = new Map<string, { record: VerifiedRecord; verifiedFrom: NodeId[] }>()
  const add = (record: VerifiedRecord, from: NodeId) => {
    const known = found.get(record.digest)
    if (known === undefined) found.set(record.digest, { record, verifiedFrom: [from] })
    else if (!known.verifiedFrom.includes(from)) known.verifiedFrom.push(from)
  }
  for (const record of holdings.history(location)) add(record, nodeId)
  const others = holders.possible(target).filter((holder) => holder !== nodeId)
  const { kind, owner, name } = target.key
  const question = { ask: 'history', kind, owner, name } as const
  let answered = 0
  const asked = holders.ask(others, question, background.signal, (holder, answer) => {
    if (!answer.ok) return
    answered += 1
    for (const bytes of answer.value.records) {
      const judged = holdings.judge(bytes, location)
      if (judged.ok) add(judged.value, holder)
    }
  })
  await waitUnlessAborted(asked, signal)
  const versions = [...found.values()].sort((a, b) => compareMarks(a.record, b.record))
  const newest = versions[0]?.record
  if (newest === undefined) {
    throw new PeerageError('RECORD_NOT_FOUND', { asked: others.length, answered })
  }
  const kept = newest.form === 'deleted' ? versions.slice(0, 1) : versions
  return { versions: kept, holdersAsked: others.length, answered }
}
