import { PeerageError } from '../errors.ts'

/** A command line that cannot be meant: `USAGE` with the reason and what to type instead. */
export function usageError(reason: string, suggestion?: string): PeerageError {
  return new PeerageError('USAGE', suggestion === undefined ? { reason } : { reason, suggestion })
}
