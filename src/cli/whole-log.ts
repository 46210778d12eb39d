import type { NetworkId } from '../identity/network-id.ts'
import { LIMITS } from '../limits.ts'
import type { LogFile } from '../trust/log-file.ts'
import { bytesOfText } from './carried-file.ts'
import type { Context } from './context.ts'

/**
 * The log of a running node from `from` on, page by page up to the head of the beginning; what is
 * written meanwhile is left for later.
 */
export async function wholeLog(context: Context, from: number): Promise<LogFile> {
  const { network, size, genesis, checkpoint } = await context.call('trust.head', {})
  const entries: Uint8Array[] = []
  while (from + entries.length < size) {
    const at = from + entries.length
    const limit = Math.min(LIMITS.pageItemsMax, size - at)
    const { items } = await context.call('trust.entries', { from: at, limit })
    entries.push(...items.map(({ entry }) => bytesOfText(entry)))
  }
  return {
    network: network as NetworkId,
    genesis: bytesOfText(genesis),
    checkpoint: bytesOfText(checkpoint),
    ...{ from, entries }
  }
}
