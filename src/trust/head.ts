import { equalBytes } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import type { SignedCheckpoint } from './checkpoint.ts'
import type { MerkleTree } from './merkle.ts'
import type { TrustState } from './state.ts'

/** Whether a checkpoint is the one of exactly this state and tree. */
export function judgeHead(
  { checkpoint, signer }: SignedCheckpoint,
  state: TrustState,
  tree: MerkleTree
): Verdict<void> {
  if (checkpoint.network !== state.network?.id) return refuse('WRONG_NETWORK')
  if (!state.isSigningKey(signer)) return refuse('TRUST_SIGNER_NOT_ENTITLED')
  if (checkpoint.size !== tree.size || !equalBytes(checkpoint.root, tree.root())) {
    return refuse('TRUST_PROOF_INVALID', { size: tree.size })
  }
  if (checkpoint.time < state.time) {
    return refuse('TRUST_ENTRY_INVALID', { rule: 'checkpoint-time' })
  }
  return accept(undefined)
}

/** Whether a checkpoint is the one of size 1 of this log. */
export function judgeFirst(
  { checkpoint }: SignedCheckpoint,
  state: TrustState,
  tree: MerkleTree
): boolean {
  const { network, size, root } = checkpoint
  return network === state.network?.id && size === 1 && equalBytes(root, tree.root(1))
}
