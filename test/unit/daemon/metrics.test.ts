import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { METRICS, type MetricRow } from '../../../src/daemon/metrics/table.ts'
import { Tally } from '../../../src/daemon/metrics/tally.ts'
import { formatExposition } from '../../../src/encoding/exposition.ts'
import { LIMITS } from '../../../src/limits.ts'

const ROWS: readonly (readonly [string, MetricRow])[] = Object.entries(METRICS)
const CONFIG = join(import.meta.dirname, '../../../config')
const RULES = join(CONFIG, 'prometheus/rules.yml')

/** Where there is one: the package prometheus of Debian has it. */
const PROMTOOL = globSync('{/usr/bin,/usr/local/bin}/promtool')[0]

describe('the metrics', () => {
  test('have names with their unit, and counters end in _total', () => {
    for (const [name, { type }] of ROWS) {
      assert.match(name, /^(peerage|process)_[a-z]+(_[a-z]+)*$/)
      assert.equal(name.endsWith('_total'), type === 'counter', name)
    }
  })

  test('[SR-CONF-3] never have a label that names a peer, a member or a secret', () => {
    const allowed =
      'version node standing direction code ask kind outcome method quantile protocol state'.split(
        ' '
      )
    for (const [name, { labels }] of ROWS) {
      for (const label of labels) assert.ok(allowed.includes(label), `${name} ${label}`)
    }
  })

  test('are counted by their labels, and histograms add up', () => {
    const tally = new Tally()
    tally.count('peerage_admissions_total', { direction: 'inbound' })
    tally.count('peerage_admissions_total', { direction: 'inbound' })
    tally.count('peerage_admissions_total', { direction: 'outbound' })
    assert.deepEqual(tally.samples('peerage_admissions_total'), [
      { labels: { direction: 'inbound' }, value: 2 },
      { labels: { direction: 'outbound' }, value: 1 }
    ])
    for (const seconds of [0.0005, 0.3, 7200, -1]) tally.observe('peerage_rpc_seconds', {}, seconds)
    const samples = tally.samples('peerage_rpc_seconds')
    const at = (le: string) => samples.find(({ labels }) => labels['le'] === le)?.value
    assert.deepEqual([at('0.001'), at('0.5'), at('3600'), at('+Inf')], [2, 3, 3, 4])
    assert.equal(samples.find(({ suffix }) => suffix === '_count')?.value, 4)
    assert.equal(samples.find(({ suffix }) => suffix === '_sum')?.value, 7200.3005)
  })

  test('never become more than their limit of series, whatever the labels', () => {
    const tally = new Tally()
    for (let i = 0; i < LIMITS.metricSeriesMax + 10; i++) {
      tally.count('peerage_closes_total', { code: String(i) })
    }
    assert.equal(tally.samples('peerage_closes_total').length, LIMITS.metricSeriesMax)
  })

  test('are written as text that names, escapes and bounds', () => {
    const samples = [
      { labels: { code: 'a"b\\c\nd' }, value: 1 },
      { labels: {}, value: Number.POSITIVE_INFINITY }
    ]
    assert.equal(
      formatExposition([{ name: 'x_total', type: 'counter', help: 'One.\nTwo.', samples }]),
      '# HELP x_total One.\\nTwo.\n# TYPE x_total counter\nx_total{code="a\\"b\\\\c\\nd"} 1\nx_total +Inf\n'
    )
  })
})

describe('what is in config/ for Prometheus and Grafana', () => {
  const known = new Set(
    ROWS.flatMap(([name, { type }]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]
    )
  )
  const files = [RULES, join(CONFIG, 'grafana/peerage.json')]

  for (const file of files) {
    test(`${file.slice(CONFIG.length + 1)} uses only metrics that exist, and their labels`, () => {
      const text = readFileSync(file, 'utf8')
      const used = new Set(text.match(/\b(peerage|process)_[a-z_]+[a-z]\b/g))
      assert.ok(used.size > 8, file)
      assert.deepEqual(
        [...used].filter((name) => !known.has(name)),
        []
      )
    })
  }

  test('the dashboard shows every metric of a node but those that only name it', () => {
    const text = readFileSync(files[1] ?? '', 'utf8')
    const unseen = ROWS.map(([name]) => name).filter((name) => !text.includes(name))
    assert.deepEqual(unseen, [
      'peerage_uptime_seconds',
      'peerage_trust_admission_age_limit_seconds',
      'peerage_trust_session_age_limit_seconds',
      'peerage_members_banned',
      'peerage_enrollments_total',
      'peerage_record_updates_total',
      'peerage_rpc_seconds'
    ])
  })

  test('every alert says what is wrong and what to do', () => {
    const alerts = readFileSync(RULES, 'utf8').split('- alert:').slice(1)
    assert.ok(alerts.length > 8)
    for (const alert of alerts)
      assert.match(alert, /expr:[\s\S]*severity:[\s\S]*summary:[\s\S]*remedy:/)
  })

  const witness =
    PROMTOOL === undefined
      ? 'the form of the rules is judged by their text alone: promtool is not installed here'
      : 'promtool finds the rules and the configuration right'
  test(witness, () => {
    if (PROMTOOL === undefined) {
      for (const line of readFileSync(RULES, 'utf8').split('\n')) assert.doesNotMatch(line, /\t/)
      return
    }
    const checked = execFileSync(PROMTOOL, ['check', 'rules', RULES], { encoding: 'utf8' })
    assert.match(checked, /SUCCESS: \d+ rules found/)
    execFileSync(PROMTOOL, ['check', 'config', join(CONFIG, 'prometheus/prometheus.yml')])
  })
})
