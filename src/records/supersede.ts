import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Kind } from './kind.ts'

/** The newest version known under a location, and which content carried it. */
export interface VersionMark {
  readonly version: number
  readonly digest: string
}

/**
 * "May it replace what is here?" (DESIGN invariant 6, SR-INT-3, SR-INT-4). `current` is the highest
 * mark ever seen, even when the record itself has expired, so an old version never comes back.
 *
 * `newer`: replace. `same`: the very bytes that are known; nothing to decide. Faults:
 * `RECORD_STALE` (lower version), `RECORD_CONFLICT` (same version, other bytes: proof that the
 * owner signed two contents under one version).
 */
export function supersedeRecord(
  candidate: VersionMark,
  current: VersionMark | undefined
): Verdict<'newer' | 'same', 'RECORD_STALE' | 'RECORD_CONFLICT'> {
  if (current === undefined || candidate.version > current.version) return accept('newer')
  if (candidate.version < current.version) {
    return refuse('RECORD_STALE', { have: current.version, offered: candidate.version })
  }
  return candidate.digest === current.digest
    ? accept('same')
    : refuse('RECORD_CONFLICT', { version: current.version })
}

/**
 * Orders marks for a reader that has to choose: newest first; of two contents under one version
 * every reader chooses the smaller digest, so that all of them show the same value.
 */
export function compareMarks(a: VersionMark, b: VersionMark): number {
  if (a.version !== b.version) return b.version - a.version
  if (a.digest === b.digest) return 0
  return a.digest < b.digest ? -1 : 1
}

/**
 * Until when the highest version of a location must be remembered. Every lower version was signed
 * before, so it has expired one lifetime from now, clocks being off by the tolerance on both
 * sides: forgetting then brings nothing back.
 */
export function forgetMarkAt(kind: Kind, now: UnixMillis): UnixMillis {
  return now + kind.lifetimeMs + 2 * LIMITS.clockSkewMs
}
