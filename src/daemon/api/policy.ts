import type { NodeApi } from '../../control/node-api.ts'
import { sha256 } from '../../crypto/digest.ts'
import { utf8 } from '../../encoding/bytes.ts'
import { PeerageError } from '../../errors.ts'
import { authorityFingerprint } from '../../identity/certificate.ts'
import { nodeIdOf } from '../../identity/node-id.ts'
import { formatTime } from '../../time/clock.ts'
import type { Statement } from '../../trust/entry.ts'
import { comparePolicies, judgePolicyText } from '../../trust/policy-text.ts'
import type { TrustState } from '../../trust/state.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import type { Decide } from './decisions.ts'
import { showHash } from './present.ts'

export interface PolicyComponents {
  readonly log: TrustLog
  readonly decide: Decide
}

/** The policy text of the network: in the trust log, and so the same at every node. */
export function createPolicyApi({ log, decide }: PolicyComponents): NodeApi['policy'] {
  const { state } = log
  return {
    async show() {
      if (state.policy === undefined) throw new PeerageError('POLICY_ABSENT')
      const { text, index, setAt } = state.policy
      const { signer, approvers } = log.entry(index)
      const members = approvers.map(({ key }) => state.node(nodeIdOf(key))?.member)
      return {
        ...{ text, digest: digestOf(text), index, setAt: formatTime(setAt) },
        signer: authorityFingerprint(signer),
        approvedBy: members.filter((member) => member !== undefined)
      }
    },
    async set({ text, dryRun, offline, waitMs }, { signal }) {
      const statement = policyStatement(state, text)
      const change = comparePolicies(state.policy?.text ?? '', text)
      const receipt = await decide(statement, { dryRun, offline, waitMs, signal })
      return { digest: digestOf(text), ...change, ...receipt }
    }
  }
}

/** Throws `POLICY_INVALID`, `POLICY_UNCHANGED`. */
export function policyStatement({ policy }: TrustState, text: string): Statement {
  const judged = judgePolicyText(text)
  if (!judged.ok) throw new PeerageError(judged.fault, judged.detail)
  if (policy?.text === text) throw new PeerageError('POLICY_UNCHANGED', { index: policy.index })
  return { type: 'policy-set', text, approvals: [] }
}

function digestOf(text: string): string {
  return showHash(sha256(utf8(text)))
}
