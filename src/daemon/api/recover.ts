import type { NodeApi } from '../../control/node-api.ts'
import { PeerageError } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import type { TrustState } from '../../trust/state.ts'
import { TWINS_REASON } from '../twin-watch.ts'
import type { Decide } from './decisions.ts'
import { resolveNode } from './resolve-node.ts'

export interface RecoverComponents {
  readonly state: TrustState
  readonly self: NodeId
  readonly decide: Decide
  readonly invites: Pick<NodeApi['invites'], 'create'>
}

/**
 * The way back from a stolen or copied key: the old key is refused, an automatic suspension of the
 * member ends, and an invite lets a new key have the old name. The order makes it safe to repeat
 * after every failure: what was done is found done.
 */
export function createRecover(components: RecoverComponents): NodeApi['certs']['recover'] {
  const { state, self, decide, invites } = components
  return async ({ node: reference, ttlMs, reason = '', dryRun, waitMs }, call) => {
    const { nodeId, member, node } = resolveNode(state, reference)
    if (nodeId === self) {
      throw new PeerageError('INVALID_ARGUMENT', { argument: 'node', reason: 'it is this node' })
    }
    const isSuspendedByUs = requireRecoverable(state, member)
    const revoked = state.isRevoked({ nodeId, member })
      ? undefined
      : await decide(
          { type: 'revoked', target: { by: 'node', value: nodeId }, reason, approvals: [] },
          { dryRun, waitMs, signal: call.signal }
        )
    const about = { member, node, nodeId, dryRun, resumed: isSuspendedByUs, ...receipt(revoked) }
    if (dryRun) return about
    if (isSuspendedByUs) {
      await decide({ type: 'member-resumed', member }, { waitMs: 0, signal: call.signal })
    }
    const invite = await invites.create({ member, node, groups: [], ttlMs, reason }, call)
    return { ...about, invite }
  }
}

/** Whether the member is suspended by nobody's decision. */
function requireRecoverable(state: TrustState, name: string): boolean {
  const member = state.member(name)
  if (member?.revoked !== undefined) throw new PeerageError('ALREADY_REVOKED', { member: name })
  if (member?.suspended === undefined) return false
  if (member.suspended.reason === TWINS_REASON) return true
  throw new PeerageError('MEMBER_SUSPENDED', { member: name })
}

function receipt(revoked: Awaited<ReturnType<Decide>> | undefined) {
  if (revoked === undefined) return {}
  const { excluded: nodes, ...rest } = revoked
  return { revoked: { ...rest, nodes } }
}
