import type { Overlay } from '../overlay/overlay-api.ts'
import {
  type Asked,
  createDiagnostics,
  type DiagnosticKind,
  type Diagnostics,
  parseRule
} from '../protocols/diagnostics/index.ts'
import type { Clock } from '../time/clock.ts'
import type { TrustLog } from '../trust/trust-log.ts'
import type { DaemonState } from './daemon-state.ts'
import type { LiveConfig } from './live-config.ts'
import { softwareVersion } from './version.ts'

export interface DiagnosticsRoomComponents {
  readonly overlay: Pick<Overlay, 'call' | 'serve' | 'peers'>
  readonly log: TrustLog
  readonly clock: Clock
  readonly state: Pick<DaemonState, 'uptimeMs'>
  readonly live: Pick<LiveConfig, 'config'>
  readonly onAsked: (asked: Asked) => void
}

/** What this node tells others about its state, as its setting has it at the moment. */
export function createDiagnosticsRoom(components: DiagnosticsRoomComponents): Diagnostics {
  const { overlay, log, clock, state, live, onAsked } = components

  function tell(kind: DiagnosticKind): number | string {
    switch (kind) {
      case 'version':
        return softwareVersion()
      case 'uptime':
        return Math.round(state.uptimeMs())
      case 'trust':
        return log.size
      case 'peers':
        return overlay.peers().length
      case 'clock':
        return clock.now()
    }
  }

  return createDiagnostics({
    ...{ overlay, clock, tell, onAsked },
    groupsOf: (member) => log.state.groupsOf(member),
    rules: () => live.config().diagnostics.flatMap((text) => parseRule(text) ?? [])
  })
}
