import { accept, refuse, type Verdict } from '../encoding/verdict.ts'
import { LIMITS } from '../limits.ts'
import type { UnixMillis } from '../time/clock.ts'
import type { Kind, KindFault, KindOf } from './kind.ts'
import type { VerifiedRecord } from './record.ts'
import { deletionLifetimeMs } from './supersede.ts'
import type { MayWrite, WriterFault } from './writer.ts'

/** What one owner already occupies here, without the record under the location in question. */
export interface OwnerUsage {
  readonly records: number
  readonly bytes: number
  /** Of the kind in question. */
  readonly ofKind: number
}

export interface AdmissionRules {
  readonly now: UnixMillis
  readonly kindOf: KindOf
  readonly mayWrite: MayWrite
  /** Given where the record is to be stored; a reader that keeps nothing has no quota. */
  readonly usage?: OwnerUsage
}

export type AdmissionFault =
  | KindFault
  | 'RECORD_TOO_LARGE'
  | 'RECORD_LIFETIME_TOO_LONG'
  | 'RECORD_FROM_FUTURE'
  | 'RECORD_EXPIRED'
  | 'RECORD_QUOTA_EXCEEDED'
  | WriterFault

/**
 * "May this record be here?" (DESIGN invariant 6): kind, size, lifetime, time, writer, quota. The
 * same question is asked at put, store, fetch, correction and load.
 */
export function admitRecord(
  record: VerifiedRecord,
  rules: AdmissionRules
): Verdict<VerifiedRecord, AdmissionFault> {
  const found = rules.kindOf(record.kind)
  if (!found.ok) return found
  const kind = found.value
  if (record.value.length > kind.valueBytesMax) {
    return refuse('RECORD_TOO_LARGE', { bytes: record.value.length, bytesMax: kind.valueBytesMax })
  }
  const lifetimeMsMax = record.form === 'deleted' ? deletionLifetimeMs(kind) : kind.lifetimeMs
  if (record.lifetimeMs > lifetimeMsMax) {
    const { lifetimeMs } = record
    return refuse('RECORD_LIFETIME_TOO_LONG', { lifetimeMs, lifetimeMsMax })
  }
  if (record.storedAt > rules.now + LIMITS.clockSkewMs) {
    return refuse('RECORD_FROM_FUTURE', { storedAt: record.storedAt, now: rules.now })
  }
  if (record.expiresAt <= rules.now) {
    return refuse('RECORD_EXPIRED', { expiresAt: record.expiresAt, now: rules.now })
  }
  const writer = rules.mayWrite(record, kind)
  if (!writer.ok) return writer
  if (rules.usage !== undefined && exceedsQuota(record, kind, rules.usage)) {
    return refuse('RECORD_QUOTA_EXCEEDED', {
      recordsMax: Math.min(kind.recordsMax, LIMITS.recordsPerOwnerMax),
      bytesMax: LIMITS.recordBytesPerOwnerMax
    })
  }
  return accept(record)
}

function exceedsQuota(record: VerifiedRecord, kind: Kind, usage: OwnerUsage): boolean {
  return (
    usage.ofKind + 1 > kind.recordsMax ||
    usage.records + 1 > LIMITS.recordsPerOwnerMax ||
    usage.bytes + record.bytes.length > LIMITS.recordBytesPerOwnerMax
  )
}
