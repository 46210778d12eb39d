import type { Input } from './input.ts'

/** The parameter `reason`, where `--reason` was given. */
export function withReason(input: Input): { reason?: string } {
  const reason = input.text('reason')
  return reason === undefined ? {} : { reason }
}
