import {
  ERRORS,
  type ErrorCode,
  type ErrorDetails,
  type PeerageError,
  toPeerageError
} from '../errors.ts'
import { alignedFacts, type Paint, printable } from './output.ts'

/** A failure as a caller sees it: the same facts as text, as JSON and as exit code. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly layer: string
  readonly hint: string
  readonly retryable: boolean
  readonly details: ErrorDetails
  readonly exit: number
  readonly cause?: string
}

/**
 * What a command that threw has to tell. Two details have a meaning of their own: `reason` says
 * what exactly is wrong, in words or as the code behind this one, and `suggestion` replaces the
 * remedy of the table by one that fits better.
 */
export function describeFailure(thrown: unknown): Failure {
  const error = toPeerageError(thrown)
  const row = ERRORS[error.code]
  const { reason, suggestion, ...details } = error.details
  const behind = isErrorCode(reason) ? ERRORS[reason] : undefined
  const cause = describeCause(error)
  return {
    code: error.code,
    message: typeof reason === 'string' ? `${row.text.slice(0, -1)}: ${reason}.` : row.text,
    layer: row.layer,
    hint: typeof suggestion === 'string' ? suggestion : (behind?.hint ?? row.hint),
    retryable: row.retryable,
    details: isErrorCode(reason) ? { ...details, reason } : details,
    exit: row.exit,
    ...(cause === undefined ? {} : { cause })
  }
}

/** `✖ CODE  text`, the facts, and the remedy. */
export function failureLines(failure: Failure, paint: Paint): string[] {
  const facts = Object.entries(failure.details)
    .filter(([name]) => name !== 'reason')
    .flatMap(([name, value]) => (name === 'issues' ? issueFacts(value) : [[name, factText(value)]]))
    .map(([name = '', value = '']) => [printable(name), printable(value)] as const)
  return [
    `${paint('bad', '✖')} ${paint('strong', failure.code)}  ${printable(failure.message)}`,
    ...alignedFacts(
      failure.cause === undefined ? facts : [...facts, ['cause', printable(failure.cause)]]
    ),
    `  ${paint('strong', 'fix:')} ${printable(failure.hint)}`
  ]
}

/** The object that `--json` prints instead of a result. */
export function failureObject(failure: Failure): { readonly error: Record<string, unknown> } {
  const { code, message, layer, hint, retryable, details } = failure
  return { error: { code, message, layer, hint, retryable, details } }
}

/**
 * The kind of what lies behind, never its message: messages of parsers and of the system quote
 * their input, and the input may be a secret.
 */
function describeCause(error: PeerageError): string | undefined {
  const { cause } = error
  if (!(cause instanceof Error)) return undefined
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined
  return code === error.code ? undefined : (code ?? cause.name)
}

/** A line for each parameter that a schema refused. */
function issueFacts(issues: unknown): string[][] {
  if (!Array.isArray(issues)) return []
  return issues.flatMap((issue: unknown) =>
    typeof issue === 'object' && issue !== null && 'path' in issue && 'message' in issue
      ? [[String(issue.path), String(issue.message)]]
      : []
  )
}

function factText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

function isErrorCode(reason: unknown): reason is ErrorCode {
  return typeof reason === 'string' && Object.hasOwn(ERRORS, reason)
}
