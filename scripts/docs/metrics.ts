import { BUCKETS_SECONDS, METRICS, type MetricRow } from '../../src/daemon/metrics/table.ts'
import { table } from './table.ts'

/** The reference of the metrics as Markdown, made from the table that the program uses. */
export function renderMetrics(): string {
  const rows: readonly (readonly [string, MetricRow])[] = Object.entries(METRICS)
  return `${[
    '# Metrics',
    'Made by `npm run docs` from `src/daemon/metrics/table.ts`.',
    '`peerage metrics` prints them in the text format of Prometheus, and `node.metrics` gives them as JSON, also on the observe socket. With the setting `metrics_listen = "127.0.0.1:9464"` a node serves them at `/metrics` over HTTP, to programs on this machine only. Counters begin at zero when the daemon starts. A label never names a peer, a member, a record or a key.',
    'Alert rules that use them are in `config/prometheus/rules.yml`, a dashboard for Grafana in `config/grafana/peerage.json`.',
    table(
      ['metric', 'type', 'labels', 'what it tells'],
      rows.map(([name, { type, labels, help }]) => [
        `\`${name}\``,
        type,
        labels.map((label) => `\`${label}\``).join(' '),
        help
      ])
    ),
    `Histograms have buckets up to ${BUCKETS_SECONDS.join(', ')} seconds. The code \`ok\` stands for what went well; all others are in [errors](errors.md).`
  ].join('\n\n')}\n`
}
