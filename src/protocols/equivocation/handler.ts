import { refuse, type Verdict } from '../../encoding/verdict.ts'
import type { NetworkId } from '../../identity/network-id.ts'
import { type Evidence, openEvidence } from '../../trust/equivocation.ts'
import type { TrustState } from '../../trust/state.ts'

export interface EvidenceSource {
  readonly network: NetworkId
  readonly state: Pick<TrustState, 'wasInOffice'>
}

/**
 * Whether evidence is about a key that is or was in charge here. Faults: those of `openEvidence`,
 * `TRUST_SIGNER_NOT_ENTITLED`.
 */
export function judgeEvidence(
  { network, state }: EvidenceSource,
  bytes: Uint8Array
): Verdict<Evidence> {
  const opened = openEvidence(bytes, network)
  if (!opened.ok) return opened
  return state.wasInOffice(opened.value.signer) ? opened : refuse('TRUST_SIGNER_NOT_ENTITLED')
}
