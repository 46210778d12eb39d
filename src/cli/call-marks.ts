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

/** How long a decision waits for the nodes that apply it, where that was given. */
export function withWait(input: Input): { waitMs?: number } {
  // No duration anywhere else: here it says not to wait.
  const waitMs = input.text('wait') === '0s' ? 0 : input.duration('wait')
  return waitMs === undefined ? {} : { waitMs }
}

/** The parameters of a call that changes something: why, and what makes its repetition harmless. */
export function withMarks(input: Input): { reason?: string; idempotencyKey?: string } {
  return { ...withReason(input), ...withKey(input) }
}
