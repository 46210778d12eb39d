import type { NodeId } from '../../identity/node-id.ts'
import type { Authority } from '../../trust/authority.ts'
import type { Statement } from '../../trust/entry.ts'
import { rehearse, unsignedEntry } from '../../trust/rehearse.ts'
import { createRequest, type RequestContent } from '../../trust/request-file.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { Applied, AppliedView } from '../applied.ts'
import type { ConsentDesk } from '../consent.ts'
import { showHash } from './present.ts'

/** What a decision of the authority did, or with `dryRun` would do. */
export interface Receipt {
  readonly dryRun: boolean
  /** The entry of the trust log. */
  readonly index: number
  /** Nodes that are refused from now on. */
  readonly excluded: NodeId[]
  /** Nodes that are admitted again. */
  readonly restored: NodeId[]
  readonly trust: { readonly size: number; readonly root: string }
  /** Absent for a dry run. */
  readonly acks?: Applied & { waitedMs: number }
  /** Only where it was asked for: what the authority is to sign offline. */
  readonly request?: RequestContent
}

export type Decide = (
  statement: Statement,
  options: {
    readonly dryRun?: boolean | undefined
    /** Asks for a request file instead. */
    readonly offline?: boolean | undefined
    /** How long to wait for the nodes that apply it. */
    readonly waitMs: number
    readonly signal: AbortSignal
    /** How it is written, where that takes more than the key in charge. */
    readonly write?: (approvals: readonly Uint8Array[]) => Promise<{ readonly index: number }>
  }
) => Promise<Receipt>

/** Has the authority write a decision, or only says what it would come to. */
export function createDecide(
  components: {
    readonly log: TrustLog
    readonly applied: AppliedView
    readonly consentTo: ConsentDesk['consentTo']
    readonly forRequest: ConsentDesk['forRequest']
  },
  requireAuthority: () => Authority
): Decide {
  const { log, applied, consentTo, forRequest } = components
  const live = () => new Set(log.state.liveNodes().map((node) => node.nodeId))
  const trust = () => {
    const { size, root } = log.head().checkpoint
    return { size, root: showHash(root) }
  }
  const changes = (before: Set<NodeId>, after: Set<NodeId>) => ({
    excluded: [...before].filter((nodeId) => !after.has(nodeId)),
    restored: [...after].filter((nodeId) => !before.has(nodeId)),
    trust: trust()
  })

  /** Any node can ask: what the log forbids is refused before it travels. */
  function prepare(statement: Statement): Receipt {
    const before = live()
    const { time } = log.head().checkpoint
    const entry = () => unsignedEntry(log, statement, time)
    const after = rehearse(log, statement, { entry, look: live })
    const request = createRequest(log, statement, forRequest(statement))
    return { dryRun: true, index: log.size, ...changes(before, after), request }
  }

  async function decide(
    authority: Authority,
    statement: Statement,
    write: Parameters<Decide>[1]['write']
  ): Promise<{ readonly index: number }> {
    const approvals = [...consentTo(statement)]
    if (write !== undefined) return await write(approvals)
    return await authority.decide(
      'approvals' in statement ? { ...statement, approvals } : statement
    )
  }

  return async (statement, { dryRun = false, offline = false, waitMs, signal, write }) => {
    if (offline) return prepare(statement)
    const authority = requireAuthority()
    const before = live()
    const decided = dryRun
      ? authority.rehearse(statement, () => ({ index: log.size, after: live() }))
      : { ...(await decide(authority, statement, write)), after: live() }
    const { index, after } = decided
    return {
      dryRun,
      index,
      ...changes(before, after),
      ...(dryRun ? {} : { acks: await applied.until(index, waitMs, signal) })
    }
  }
}
