import { type ErrorCode, PeerageError } from '../../errors.ts'
import type { Target } from './key.ts'
import type { PutComponents } from './put.ts'

/** Answers of a holder that has something else under the version, or something newer. */
export const TAKEN: readonly ErrorCode[] = ['RECORD_STALE', 'RECORD_CONFLICT']

/**
 * Has one node decide between writers that replace the same version at once: the closest holder that
 * can be reached takes the first and refuses the others, before a second content of the version is
 * stored anywhere (RFC 6940 §7.4.1.1). Writers that reach different closest holders can still both
 * get through; readers are then told of the conflict.
 *
 * Throws `RECORD_STALE`.
 */
export async function claimVersion(
  { nodeId, holders, background }: Pick<PutComponents, 'nodeId' | 'holders' | 'background'>,
  at: Pick<Target, 'place' | 'kind'>,
  record: Uint8Array
): Promise<void> {
  const question = { ask: 'claim', record } as const
  for (const holder of holders.closest(at)) {
    // This node decides by itself when it stores the record next.
    if (holder === nodeId) return
    let code: ErrorCode | undefined
    await holders.ask([holder], question, background.signal, (_, answer) => {
      code = answer.ok ? undefined : answer.fault
    })
    if (code === undefined) return
    if (TAKEN.includes(code)) throw new PeerageError('RECORD_STALE', { decidedBy: holder })
  }
}
