import { ADMISSION_ERRORS } from './errors/admission.ts'
import { BACKUP_ERRORS } from './errors/backup.ts'
import { CARRIED_ERRORS } from './errors/carried.ts'
import { CERTIFICATE_ERRORS } from './errors/certificate.ts'
import { CONTROL_ERRORS } from './errors/control.ts'
import { DIAGNOSTICS_ERRORS } from './errors/diagnostics.ts'
import { ENROLLMENT_ERRORS } from './errors/enrollment.ts'
import { EVIDENCE_ERRORS } from './errors/evidence.ts'
import { GENERAL_ERRORS } from './errors/general.ts'
import { KEY_ERRORS } from './errors/key.ts'
import { RECORD_ERRORS } from './errors/record.ts'
import type { ErrorRow } from './errors/row.ts'
import { STORAGE_ERRORS } from './errors/storage.ts'
import { TRUST_ERRORS } from './errors/trust.ts'
import { TRUST_VIEW_ERRORS } from './errors/trust-view.ts'

export { type ErrorRow, EXIT, type Layer, PENALTIES, type Penalty } from './errors/row.ts'

/**
 * The one table of errors, kept by area in `errors/`. Nothing else invents a code, an RPC number,
 * an exit code or a penalty.
 * Ranges: 1000 general · 1100 certificate · 1150 key files · 1200 trust · 1300 admission and
 * overlay · 1350 evidence · 1360 diagnostics · 1400 enrollment · 1500 records · 1600 control · 1700 storage, configuration, daemon.
 */
export const ERRORS = {
  ...GENERAL_ERRORS,
  ...CERTIFICATE_ERRORS,
  ...KEY_ERRORS,
  ...TRUST_ERRORS,
  ...TRUST_VIEW_ERRORS,
  ...CARRIED_ERRORS,
  ...ADMISSION_ERRORS,
  ...ENROLLMENT_ERRORS,
  ...EVIDENCE_ERRORS,
  ...DIAGNOSTICS_ERRORS,
  ...RECORD_ERRORS,
  ...CONTROL_ERRORS,
  ...STORAGE_ERRORS,
  ...BACKUP_ERRORS
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof ERRORS

/** JSON-safe facts about one occurrence; free of secrets and of text that a peer chose. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/** An operation that failed, with a stable code. Bugs are not this: they are plain errors. */
export class PeerageError extends Error {
  override readonly name = 'PeerageError'
  readonly code: ErrorCode
  readonly details: ErrorDetails

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(`${code}: ${ERRORS[code].text}`, cause === undefined ? {} : { cause })
    this.code = code
    this.details = details
  }
}

const codesByNumber = new Map<number, ErrorCode>(
  Object.entries(ERRORS).map(([code, row]) => [row.number, code as ErrorCode])
)

/** The code behind a status number of another node, or `undefined` for one this version lacks. */
export function errorCodeOf(number: number): ErrorCode | undefined {
  return codesByNumber.get(number)
}

/** Turns anything thrown into a {@link PeerageError}; what has no code becomes `INTERNAL`. */
export function toPeerageError(thrown: unknown): PeerageError {
  return thrown instanceof PeerageError ? thrown : new PeerageError('INTERNAL', {}, thrown)
}
