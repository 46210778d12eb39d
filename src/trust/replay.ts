import type { Verdict } from '../encoding/verdict.ts'
import type { NetworkId } from '../identity/network-id.ts'
import type { Clock } from '../time/clock.ts'
import { TrustLog, type TrustStore } from './trust-log.ts'

/**
 * The log of a network from its genesis entry on, verified entry by entry and kept nowhere: whoever
 * asks stores it together with what depends on it.
 *
 * Faults: those of {@link TrustLog.create} and {@link TrustLog.advance}. Throws
 * `CLOCK_BEFORE_GENESIS` or `CLOCK_BACKWARD`.
 */
export function replayLog(
  parts: {
    readonly network: NetworkId
    /** The checkpoint of size 1. */
    readonly genesis: Uint8Array
    readonly checkpoint: Uint8Array
    readonly entries: readonly Uint8Array[]
  },
  clock: Clock
): Verdict<TrustLog> {
  const { network, genesis, checkpoint, entries } = parts
  const [entry = new Uint8Array()] = entries
  const log = TrustLog.create(NO_STORE, { clock, network, genesis: { entry, checkpoint: genesis } })
  if (!log.ok) return log
  log.value.requireClock()
  const advanced = log.value.advance({ checkpoint, entries })
  return advanced.ok ? log : advanced
}

const NO_STORE: TrustStore = {
  entries: () => [],
  checkpoint: () => undefined,
  append() {}
}
