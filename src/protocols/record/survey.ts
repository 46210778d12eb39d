import type { ErrorCode } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { RecordKey } from '../../records/location.ts'
import { waitUnlessAborted } from '../../time/abort.ts'
import type { GetComponents } from './get.ts'
import type { Target } from './key.ts'
import { Reading } from './reading.ts'

export interface Survey {
  readonly key: RecordKey
  /** How many nodes are to hold it. */
  readonly copies: number
  /** How many showed the newest version, verified here. */
  readonly have: number
  /** The newest that was shown; 0: none. */
  readonly version: number
  /** Closest first. */
  readonly holders: readonly {
    readonly nodeId: NodeId
    /** That it showed, verified here; 0: none. */
    readonly version: number
    readonly code?: ErrorCode
    /** Whether it is among the closest that can be reached. */
    readonly isComputed: boolean
  }[]
}

/** Asks every node that is to hold a record what it has, and waits for all of them. */
export async function surveyHolders(
  {
    nodeId,
    membership,
    holders,
    holdings,
    background
  }: Pick<GetComponents, 'nodeId' | 'membership' | 'holders' | 'holdings' | 'background'>,
  target: Target,
  signal?: AbortSignal
): Promise<Survey> {
  const { location, key, kind } = target
  const reading = new Reading((bytes) => holdings.judge(bytes, location))
  const shown = new Map<NodeId, number>()
  const possible = holders.possible(target)
  const [own] = holdings.serve(location)
  if (own !== undefined) shown.set(nodeId, own.version)
  const { kind: kindName, owner, name } = key
  const question = { ask: 'fetch', kind: kindName, owner, name } as const
  const others = possible.filter((holder) => holder !== nodeId)
  const asked = holders.ask(others, question, background.signal, (holder, answer) => {
    reading.add(holder, answer)
    shown.set(holder, reading.versionOf(holder))
  })
  await waitUnlessAborted(asked, signal)
  const version = Math.max(0, ...shown.values())
  const computed = new Set(holders.closest(target))
  return {
    key,
    copies: Math.min(kind.copies, membership.liveNodes().length),
    have: [...shown.values()].filter((each) => each === version && version > 0).length,
    version,
    holders: [...new Set([...possible, ...shown.keys()])].map((holder) => {
      const code = reading.faults.get(holder)
      return {
        ...{ nodeId: holder, version: shown.get(holder) ?? 0 },
        ...(code === undefined ? {} : { code }),
        isComputed: computed.has(holder)
      }
    })
  }
}
