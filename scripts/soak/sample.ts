import { readdirSync } from 'node:fs'
import { type Daemon, processCpuMs, residentBytes } from '../bench/daemons.ts'
import type { Counts } from './load.ts'

/** One look at one daemon. */
export interface Sample {
  readonly node: number
  /** Since the load began. */
  readonly minute: number
  readonly residentMib: number
  readonly descriptors: number
  /** 99th percentile since the last look. */
  readonly loopDelayMs: number
  readonly databaseMib: number
  readonly records: number
  readonly peers: number
  readonly cpuSeconds: number
  /** Of the whole load until then. */
  readonly done: Counts
}

const MIB = 1024 ** 2

export async function takeSample(
  { pid, client }: Daemon,
  given: Pick<Sample, 'node' | 'minute' | 'done'>
): Promise<Sample> {
  const { metrics } = await client.call('node.metrics', {})
  const sum = (name: string, quantile?: string) => {
    const found = metrics.find((metric) => metric.name === name)?.samples ?? []
    return found
      .filter(({ labels }) => labels['quantile'] === quantile)
      .reduce((total, { value }) => total + value, 0)
  }
  return {
    ...given,
    residentMib: residentBytes(pid) / MIB,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    loopDelayMs: sum('peerage_loop_delay_seconds', '0.99') * 1000,
    databaseMib: sum('peerage_storage_bytes') / MIB,
    records: sum('peerage_records'),
    peers: sum('peerage_peers'),
    cpuSeconds: processCpuMs(pid) / 1000
  }
}
