import { toHex } from '../../encoding/bytes.ts'
import type { FreshnessLimits } from '../../overlay/freshness.ts'
import { formatTime } from '../../time/clock.ts'
import type { Revocation, Suspension } from '../../trust/members.ts'
import type { TrustLog } from '../../trust/trust-log.ts'
import { judgeViewAge, type ViewAge } from '../view-age.ts'

/** `sha256:` and hex: how every hash is shown. */
export function showHash(hash: Uint8Array): string {
  return `sha256:${toHex(hash)}`
}

export function showRevocation(revocation: Revocation): {
  time: string
  index: number
  reason: string
} {
  return {
    time: formatTime(revocation.revokedAt),
    index: revocation.index,
    reason: revocation.reason
  }
}

export function showSuspension({ suspendedAt, index, reason }: Suspension): {
  time: string
  index: number
  reason: string
} {
  return { time: formatTime(suspendedAt), index, reason }
}

export function showTrust(log: TrustLog): { size: number; root: string; checkpointAgeMs: number } {
  const { size, root } = log.head().checkpoint
  return { size, root: showHash(root), checkpointAgeMs: log.checkpointAgeMs() }
}

export function showFreshness(
  log: TrustLog,
  { admissionMs, sessionMs }: FreshnessLimits
): { state: ViewAge; admissionMaxAgeMs: number; sessionMaxAgeMs: number } {
  const state = judgeViewAge(log.checkpointAgeMs(), { admissionMs, sessionMs })
  return { state, admissionMaxAgeMs: admissionMs, sessionMaxAgeMs: sessionMs }
}
