import { loadavg } from 'node:os'
import { slopeOf } from './regression.ts'
import type { Sample } from './sample.ts'

/** The first part is left out of every slope: compiled code, caches and records fill up. */
const WARM_UP = 1 / 3
const GOAL_MIB_PER_HOUR = 1

interface Figure {
  readonly key: 'residentMib' | 'descriptors' | 'loopDelayMs' | 'databaseMib' | 'records'
  readonly name: string
  readonly file: string
}

const FIGURES: readonly Figure[] = [
  { key: 'residentMib', name: 'resident memory, MiB', file: 'memory.svg' },
  { key: 'descriptors', name: 'open descriptors', file: 'descriptors.svg' },
  { key: 'loopDelayMs', name: 'loop delay p99, ms', file: 'loop-delay.svg' },
  { key: 'databaseMib', name: 'database, MiB', file: 'database.svg' },
  { key: 'records', name: 'records held', file: 'records.svg' }
]

export function renderReport(
  samples: readonly Sample[],
  { minutes, rate }: { readonly minutes: number; readonly rate: number }
): { readonly files: Readonly<Record<string, string>>; readonly summary: string } {
  const nodes = [...new Set(samples.map(({ node }) => node))]
  const last = samples.at(-1)
  const rows = FIGURES.flatMap((figure) =>
    nodes.map((node) => {
      const settled = samples.filter(
        (sample) => sample.node === node && sample.minute >= minutes * WARM_UP
      )
      const values = settled.map((sample) => sample[figure.key])
      const points = settled.map((sample) => [sample.minute / 60, sample[figure.key]] as const)
      const { slope, error } = slopeOf(points)
      return [
        figure.name,
        String(node),
        fixed(median(values)),
        `${fixed(Math.min(...values))} to ${fixed(Math.max(...values))}`,
        `${fixed(slope)} ± ${fixed(2 * error)}`
      ]
    })
  )
  const heading = ['figure', 'node', 'median', 'range', 'slope an hour']
  const table = [heading, heading.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
  const memory = rows.filter(([name]) => name === FIGURES[0]?.name)
  const verdict = `goal: memory grows by less than ${GOAL_MIB_PER_HOUR} MiB an hour: ${memory.map((row) => row[4]).join(', ')}`
  const counts = Object.entries(last?.done ?? {}).map(([name, count]) => `| ${name} | ${count} |`)
  const text = [
    '# Soak',
    `${nodes.length} daemons, ${fixed(minutes)} min, ${rate} steps a second over all, one in twenty from outside and wrong. Node.js ${process.version}, load of the machine at the end ${loadavg()[0]?.toFixed(1)}.`,
    `Slopes are of a straight line by least squares through the samples after the first third, with twice its standard error. ${verdict}.`,
    table,
    ['| step | times |', '| --- | --- |', ...counts].join('\n'),
    ...FIGURES.map(({ name, file }) => `![${name}](${file})`)
  ].join('\n\n')
  return {
    files: {
      'report.md': `${text}\n`,
      'samples.json': `${JSON.stringify(samples)}\n`,
      ...Object.fromEntries(FIGURES.map((each) => [each.file, plot(each, samples, nodes)]))
    },
    summary: `${table}\n${verdict}`
  }
}

const WIDTH = 720
const HEIGHT = 240
const COLORS = ['#1b6ca8', '#b23a48', '#3a7d44', '#8e6c8a', '#c98a1b', '#555']

/** One line for each node, from zero on, so that a slope looks as it is. */
function plot({ key, name }: Figure, samples: readonly Sample[], nodes: readonly number[]): string {
  const most = Math.max(1, ...samples.map((sample) => sample[key]))
  const end = Math.max(...samples.map(({ minute }) => minute))
  const lines = nodes.map((node) => {
    const points = samples
      .filter((sample) => sample.node === node)
      .map(({ minute, [key]: value }) => {
        const x = (minute / end) * WIDTH
        return `${x.toFixed(1)},${(HEIGHT * (1 - value / most)).toFixed(1)}`
      })
    const color = COLORS[node % COLORS.length]
    return `<polyline fill="none" stroke="${color}" points="${points.join(' ')}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 -24 ${WIDTH + 70} ${HEIGHT + 54}" font-family="sans-serif" font-size="12">
<title>${name}</title>
<text x="0" y="-8">${name}</text>
<path d="M0 0V${HEIGHT}H${WIDTH}" fill="none" stroke="#999"/>
<text x="-6" y="10" text-anchor="end">${fixed(most)}</text>
<text x="-6" y="${HEIGHT}" text-anchor="end">0</text>
<text x="${WIDTH}" y="${HEIGHT + 18}" text-anchor="end">${fixed(end)} min</text>
${lines.join('\n')}
</svg>
`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function fixed(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1)
}
