import type { ErrorCode } from '../errors.ts'

/**
 * The answer of a decision over untrusted input. Pure code returns a verdict and never throws for
 * bad input; only a service edge turns a fault into a thrown {@link PeerageError}.
 */
export type Verdict<T, F extends ErrorCode = ErrorCode> = Accepted<T> | Refused<F>

export interface Accepted<T> {
  readonly ok: true
  readonly value: T
}

export interface Refused<F extends ErrorCode = ErrorCode> {
  readonly ok: false
  readonly fault: F
  /** Facts for the local journal and for `details`: JSON-safe, free of secrets. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

export function accept<T>(value: T): Accepted<T> {
  return { ok: true, value }
}

export function refuse<F extends ErrorCode>(
  fault: F,
  detail?: Readonly<Record<string, string | number | boolean>>
): Refused<F> {
  return detail === undefined ? { ok: false, fault } : { ok: false, fault, detail }
}
