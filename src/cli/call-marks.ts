import type { Input } from './input.ts'

/** The parameter `reason`, where `--reason` was given. */
export function withReason(input: Input): { reason?: string } {
  const reason = input.text('reason')
  return reason === undefined ? {} : { reason }
}

/** The parameter that makes the repetition of a call harmless, where it was given. */
export function withKey(input: Input): { idempotencyKey?: string } {
  const idempotencyKey = input.text('idempotency-key')
  return idempotencyKey === undefined ? {} : { idempotencyKey }
}

/** The parameters of a call that changes something: why, and what makes its repetition harmless. */
export function withMarks(input: Input): { reason?: string; idempotencyKey?: string } {
  return { ...withReason(input), ...withKey(input) }
}
