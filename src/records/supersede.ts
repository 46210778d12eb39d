import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Kind } from './kind.ts'
import type { VerifiedRecord } from './record.ts'

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
 * How long a deletion is signed for. Whatever it deletes was signed before it, clocks being off by
 * the tolerance on both sides, so it has expired when the deletion does (SR-INT-5).
 */
export function deletionLifetimeMs(kind: Pick<Kind, 'lifetimeMs'>): number {
  return kind.lifetimeMs + 2 * LIMITS.clockSkewMs
}

/** A deletion that ends before what it deletes would let that come back (SR-INT-5). */
export function outlives(
  candidate: Lived,
  current: Lived | undefined
): Verdict<void, 'RECORD_DELETION_TOO_SHORT'> {
  const isShort =
    candidate.form === 'deleted' && current !== undefined && candidate.expiresAt < current.expiresAt
  return isShort
    ? refuse('RECORD_DELETION_TOO_SHORT', { until: current.expiresAt })
    : accept(undefined)
}

type Lived = Pick<VerifiedRecord, 'form' | 'expiresAt'>

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
  return now + deletionLifetimeMs(kind)
}
