import type { PrivateKey } from '../crypto/ed25519.ts'
import type { Random } from '../crypto/random.ts'
import { equalBytes } from '../encoding/bytes.ts'
import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import { openVote, PROPOSAL_BYTES, sealApproval, statementDigest } from './approval.ts'
import { approverOf, needsConsent } from './approvers.ts'
import type { Statement } from './entry.ts'
import { type DecisionRequest, damaged, judgeRequest, type RequestConsent } from './request-file.ts'
import type { TrustState } from './state.ts'
import type { TrustLog } from './trust-log.ts'

/** What a request for `statement` begins with, where it needs consent; nobody has agreed yet. */
export function beginConsent(
  { consent }: Pick<TrustState, 'consent'>,
  statement: Statement,
  { random, now }: { readonly random: Random; readonly now: UnixMillis }
): RequestConsent | undefined {
  if (consent.threshold === 0 || !needsConsent(statement)) return undefined
  const expiresAt = now + LIMITS.proposalLifetimeMs
  return { proposal: random.bytes(PROPOSAL_BYTES), expiresAt, approvals: [] }
}

/** Who has agreed to a request, by the rule that holds at this place of the log. */
export interface Agreement {
  readonly approvedBy: readonly string[]
  /** Who is asked and has not agreed. */
  readonly missing: readonly string[]
  /** How many of them still have to. */
  readonly needed: number
  /** As the entry carries them: each by another member. */
  readonly approvals: readonly Uint8Array[]
}

/**
 * Counts the approvals in a request. One whose key has no say is left out; one that is not for this
 * very request was put there by somebody.
 *
 * Faults: `FILE_DAMAGED`, `APPROVAL_EXPIRED`.
 */
export function agreementOn(
  { state, network }: TrustLog,
  { statement, consent }: DecisionRequest,
  now: UnixMillis
): Verdict<Agreement> {
  const { members, threshold } = state.consent
  if (threshold === 0 || !needsConsent(statement)) {
    return accept({ approvedBy: [], missing: [], needed: 0, approvals: [] })
  }
  if (consent === undefined) return damaged('consent')
  const { proposal, expiresAt } = consent
  if (expiresAt < now) return refuse('APPROVAL_EXPIRED', { expiresAt })
  const digest = statementDigest(statement)
  const given = new Map<string, Uint8Array>()
  for (const bytes of consent.approvals) {
    const opened = openVote('approval', bytes)
    if (!opened.ok) return damaged('approvals')
    const { signer, content } = opened.value
    const isOfThis =
      content.network === network &&
      content.expiresAt === expiresAt &&
      equalBytes(content.proposal, proposal) &&
      equalBytes(content.statement, digest)
    if (!isOfThis) return damaged('approvals')
    const member = approverOf(state, signer)
    if (member !== undefined) given.set(member, bytes)
  }
  return accept({
    approvedBy: [...given.keys()],
    missing: members.filter((member) => !given.has(member)),
    needed: Math.max(0, threshold - given.size),
    approvals: [...given.values()]
  })
}

/**
 * Adds the approval of the member that `key` speaks for; one that has agreed before agrees once.
 *
 * Faults: those of {@link judgeRequest} and {@link agreementOn}, `NOT_AN_APPROVER`,
 * `INVALID_ARGUMENT` where nobody is asked.
 */
export function approveRequest(
  log: TrustLog,
  request: DecisionRequest,
  { key, now }: { readonly key: PrivateKey; readonly now: UnixMillis }
): Verdict<DecisionRequest> {
  const refusal = judgeRequest(log, request)
  if (refusal !== undefined) return refusal
  const agreement = agreementOn(log, request, now)
  if (!agreement.ok) return agreement
  const { consent, network, statement } = request
  if (consent === undefined || log.state.consent.threshold === 0) {
    return refuse('INVALID_ARGUMENT', { reason: 'the decision needs the consent of nobody' })
  }
  const member = approverOf(log.state, key.publicKey)
  if (member === undefined) return refuse('NOT_AN_APPROVER')
  if (agreement.value.approvedBy.includes(member)) return accept(request)
  const { proposal, expiresAt } = consent
  const content = { network, proposal, statement: statementDigest(statement), expiresAt }
  const approvals = [...consent.approvals, sealApproval(content, key)]
  return accept({ ...request, consent: { ...consent, approvals } })
}
