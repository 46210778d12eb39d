import { accept, refuse, type Verdict } from '../../encoding/verdict.ts'
import { LIMITS } from '../../limits.ts'
import type { UnixMillis } from '../../time/clock.ts'
import {
  DIAGNOSTIC_KINDS,
  type DiagnosticKind,
  type DiagnosticsRequest,
  type DiagnosticsResponse
} from './messages.ts'

/** One line of the setting: who may ask what. */
export interface DiagnosticsRule {
  readonly kind: DiagnosticKind
  readonly by: 'member' | 'group'
  readonly name: string
}

export interface Asker {
  readonly member: string
  readonly groups: readonly string[]
}

const RULE = new RegExp(`^(${DIAGNOSTIC_KINDS.join('|')}):(member|group):([a-z0-9-]+)$`)

/** Reads `kind:group:name` or `kind:member:name`; undefined for what is no rule. */
export function parseRule(text: string): DiagnosticsRule | undefined {
  const [, kind, by, name] = RULE.exec(text) ?? []
  if (kind === undefined || by === undefined || name === undefined) return undefined
  return { kind: kind as DiagnosticKind, by: by as DiagnosticsRule['by'], name }
}

export interface DiagnosticsContext {
  readonly now: UnixMillis
  readonly rules: readonly DiagnosticsRule[]
  readonly asker: Asker
  readonly tell: (kind: DiagnosticKind) => number | string
}

/**
 * Answers what the rules allow to this very asker, and nothing without a rule. A question ends by
 * itself, so that an old one says nothing about now (RFC 7851 §5.1, §7).
 *
 * Faults: `DIAGNOSTICS_EXPIRED`; `DIAGNOSTICS_DENIED` where nothing of it is allowed.
 */
export function answerDiagnostics(
  { kinds, expiresAt }: DiagnosticsRequest,
  { now, rules, asker, tell }: DiagnosticsContext
): Verdict<DiagnosticsResponse> {
  const leftMs = expiresAt - now
  const isOver = leftMs + LIMITS.clockSkewMs <= 0
  if (isOver || leftMs > LIMITS.diagnosticsMsMax + LIMITS.clockSkewMs) {
    return refuse('DIAGNOSTICS_EXPIRED')
  }
  const mayAsk = (kind: DiagnosticKind) =>
    rules.some(
      (rule) =>
        rule.kind === kind &&
        (rule.by === 'member' ? rule.name === asker.member : asker.groups.includes(rule.name))
    )
  const allowed = [...new Set(kinds)].filter(mayAsk)
  if (allowed.length === 0) return refuse('DIAGNOSTICS_DENIED')
  return accept({
    answers: allowed.map((kind) => ({ kind, value: tell(kind) })),
    denied: [...new Set(kinds)].filter((kind) => !mayAsk(kind))
  })
}
