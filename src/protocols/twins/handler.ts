import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { type TwinProof, verifyTwins } from '../../identity/sign-of-life.ts'
import type { TrustState } from '../../trust/state.ts'

export interface TwinSource {
  readonly network: NetworkId
  readonly state: Pick<TrustState, 'node' | 'exclusionOf'>
}

/**
 * Whether a proof is about a node of which anybody should hear: enrolled, and not left out already.
 * Faults: those of `verifyTwins`, `NODE_UNKNOWN`, `CERTIFICATE_REVOKED`, `MEMBER_SUSPENDED`.
 */
export function judgeTwins({ network, state }: TwinSource, proof: TwinProof): Verdict<NodeId> {
  const verified = verifyTwins(proof, network)
  if (!verified.ok) return verified
  const nodeId = verified.value
  const node = state.node(nodeId)
  if (node === undefined) return refuse('NODE_UNKNOWN')
  const exclusion = state.exclusionOf({ nodeId, member: node.member })
  return exclusion === undefined ? accept(nodeId) : refuse(exclusion.code)
}
