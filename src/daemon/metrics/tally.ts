import type { Sample } from '../../encoding/exposition.ts'
import { LIMITS } from '../../limits.ts'
import { BUCKETS_SECONDS, type LabelsOf, METRICS, type MetricName } from './table.ts'

interface Series {
  readonly labels: Sample['labels']
  count: number
  sum: number
  readonly buckets: number[]
}

/**
 * What has happened since the start, as numbers. It counts whether anybody asks or not, so that the
 * first who asks hears of everything; a count costs an addition in a map.
 */
export class Tally {
  readonly #metrics = new Map<MetricName, Map<string, Series>>()

  count<Name extends MetricName>(name: Name, labels: LabelsOf<Name>): void {
    const series = this.#series(name, labels)
    if (series !== undefined) series.count += 1
  }

  observe<Name extends MetricName>(name: Name, labels: LabelsOf<Name>, seconds: number): void {
    const series = this.#series(name, labels)
    if (series === undefined) return
    series.count += 1
    series.sum += Math.max(0, seconds)
    const bucket = BUCKETS_SECONDS.findIndex((bound) => seconds <= bound)
    if (bucket !== -1) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
  }

  samples(name: MetricName): Sample[] {
    const all = [...(this.#metrics.get(name)?.values() ?? [])]
    if (METRICS[name].type !== 'histogram') {
      return all.map(({ labels, count }) => ({ labels, value: count }))
    }
    return all.flatMap(histogramSamples)
  }

  #series(name: MetricName, labels: Sample['labels']): Series | undefined {
    const known = this.#metrics.get(name) ?? new Map<string, Series>()
    this.#metrics.set(name, known)
    const key = Object.values(labels).join('\n')
    const found = known.get(key)
    if (found !== undefined) return found
    // Labels come from tables, so this is never reached; a fault must not become a leak.
    if (known.size >= LIMITS.metricSeriesMax) return undefined
    const series = { labels, count: 0, sum: 0, buckets: BUCKETS_SECONDS.map(() => 0) }
    known.set(key, series)
    return series
  }
}

function histogramSamples({ labels, count, sum, buckets }: Series): Sample[] {
  let upTo = 0
  const bounded = BUCKETS_SECONDS.map((bound, index) => {
    upTo += buckets[index] ?? 0
    return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: upTo }
  })
  return [
    ...bounded,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count }
  ]
}
