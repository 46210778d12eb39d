import { ERRORS, type ErrorCode } from '../../errors.ts'

/** What one check has found; whatever is not `ok` says what to do. */
export interface Finding {
  readonly check: string
  readonly outcome: 'ok' | 'warning' | 'bad'
  readonly result: string
  readonly remedy?: string
}

export function ok(check: string, result: string): Finding {
  return { check, outcome: 'ok', result }
}

/** In the words of the table of errors. */
export function bad(check: string, code: ErrorCode, result: string = ERRORS[code].text): Finding {
  return { check, outcome: 'bad', result, remedy: ERRORS[code].hint }
}
