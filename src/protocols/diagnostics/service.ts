import { refuse, type Verdict } from '../../encoding/verdict.ts'
import type { ErrorCode } from '../../errors.ts'
import type { NodeId } from '../../identity/node-id.ts'
import { LIMITS } from '../../limits.ts'
import type { CallOptions, Overlay } from '../../overlay/overlay-api.ts'
import type { Clock } from '../../time/clock.ts'
import { answerDiagnostics, type DiagnosticsContext, type DiagnosticsRule } from './handler.ts'
import { DIAGNOSTICS, type DiagnosticKind, type DiagnosticsResponse } from './messages.ts'

export interface DiagnosticsComponents {
  readonly overlay: Pick<Overlay, 'call' | 'serve'>
  readonly clock: Pick<Clock, 'now'>
  readonly groupsOf: (member: string) => readonly string[]
  /** As the setting has them now; none: nobody is told anything. */
  readonly rules: () => readonly DiagnosticsRule[]
  readonly tell: DiagnosticsContext['tell']
  /** Somebody has asked; without a code something was told. */
  readonly onAsked: (asked: Asked) => void
}

export interface Asked {
  readonly nodeId: NodeId
  readonly kinds: readonly DiagnosticKind[]
  readonly code: ErrorCode | undefined
}

export interface Diagnostics {
  start(): Promise<void>
  /** Asks a connected peer; `lastsMs` at most `LIMITS.diagnosticsMsMax`. */
  ask(
    nodeId: NodeId,
    kinds: readonly DiagnosticKind[],
    lastsMs: number,
    options?: CallOptions
  ): Promise<Verdict<DiagnosticsResponse>>
}

/** Tells others about the state of this node where a rule allows it, and asks them. */
export function createDiagnostics(components: DiagnosticsComponents): Diagnostics {
  const { overlay, clock, groupsOf, rules, tell, onAsked } = components
  return {
    async start() {
      await overlay.serve(DIAGNOSTICS, async (request, { nodeId, member }) => {
        const asker = { member, groups: groupsOf(member) }
        const answer = answerDiagnostics(request, {
          ...{ now: clock.now(), rules: rules(), asker, tell }
        })
        const { kinds } = request
        onAsked({ nodeId, kinds, code: answer.ok ? undefined : answer.fault })
        return answer
      })
    },
    async ask(nodeId, kinds, lastsMs, options = {}) {
      if (lastsMs > LIMITS.diagnosticsMsMax) return refuse('DIAGNOSTICS_EXPIRED')
      const request = { kinds: [...kinds], expiresAt: clock.now() + lastsMs }
      return await overlay.call(nodeId, DIAGNOSTICS, request, options)
    }
  }
}
