import type { Refused } from '../encoding/verdict.ts'
import type { ErrorCode, ErrorDetails } from '../errors.ts'
import type { Statement } from './entry.ts'
import type { Rule } from './rule.ts'

/** What a rule means for whoever asked the authority to write the statement that breaks it. */
const CODES: Partial<Record<Rule, ErrorCode>> = {
  'member-new': 'MEMBER_KNOWN',
  'member-exists': 'MEMBER_UNKNOWN',
  'member-live': 'ALREADY_REVOKED',
  'member-suspended': 'MEMBER_NOT_SUSPENDED',
  'member-not-suspended': 'MEMBER_SUSPENDED',
  'target-live': 'ALREADY_REVOKED',
  'kind-exists': 'KIND_UNKNOWN',
  'kind-live': 'KIND_RETIRED',
  'kind-model': 'KIND_MODEL_CHANGED',
  'key-new': 'AUTHORITY_KEY_KNOWN',
  'key-step': 'AUTHORITY_KEY_STEP',
  threshold: 'INVALID_ARGUMENT',
  approved: 'APPROVAL_NEEDED',
  'approval-once': 'APPROVAL_USED',
  'approval-in-time': 'APPROVAL_EXPIRED'
}

/** The code and the details under which a refused statement is reported. */
export function refusalOf(
  { fault, detail }: Refused,
  statement: Statement | undefined
): { readonly code: ErrorCode; readonly detail: ErrorDetails } {
  const about = { ...detail, ...subjectOf(statement) }
  if (fault === 'MESSAGE_MALFORMED' || fault === 'MESSAGE_TOO_LARGE') {
    // We wrote the entry ourselves: what its form refuses is what we were asked to write.
    return { code: 'INVALID_ARGUMENT', detail: { ...about, argument: detail?.['path'] ?? 'text' } }
  }
  if (fault !== 'TRUST_ENTRY_INVALID') return { code: fault, detail: about }
  const rule = detail?.['rule'] as Rule
  if (rule === 'target-exists' && statement?.type === 'revoked') {
    const code = statement.target.by === 'member' ? 'MEMBER_UNKNOWN' : 'NODE_UNKNOWN'
    return { code, detail: about }
  }
  if (rule === 'threshold') return { code: 'INVALID_ARGUMENT', detail: { argument: 'threshold' } }
  return { code: CODES[rule] ?? fault, detail: about }
}

function subjectOf(statement: Statement | undefined): ErrorDetails {
  if (statement === undefined) return {}
  if (statement.type === 'revoked') return { [statement.target.by]: statement.target.value }
  if ('member' in statement) return { member: statement.member }
  if (statement.type === 'kind-set') return { kind: statement.kind.name }
  return statement.type === 'kind-retired' ? { kind: statement.kind } : {}
}
