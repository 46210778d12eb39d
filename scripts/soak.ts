/**
 * Real daemons under mixed load for a long time: `npm run soak -- --minutes 120 [--nodes 4] [--out DIR]`.
 * Members put and read records, ask for status and connect anew; one step in twenty is misbehavior
 * from outside: bytes that are no handshake, a silent socket, a line that is no JSON-RPC. What grows
 * is told by the slope of a straight line through the samples after the warm-up, with its error. The
 * report is a file with plots. A goal that is missed is printed and fails nothing.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { type Daemon, Installation } from './bench/daemons.ts'
import { createLoad } from './soak/load.ts'
import { renderReport } from './soak/report.ts'
import { type Sample, takeSample } from './soak/sample.ts'

const SAMPLES_MIN = 60
const SAMPLE_MS_MAX = 30_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    nodes: { type: 'string', default: '4' },
    out: { type: 'string', default: 'soak' },
    /** Steps of the load in a second, over all nodes. */
    rate: { type: 'string', default: '20' }
  }
})
const ms = Number(values.minutes) * 60_000
const out = resolve(values.out)
mkdirSync(out, { recursive: true })
const installation = await Installation.create()
try {
  const daemons = await installation.network(Number(values.nodes))
  stdout.write(`${daemons.length} daemons, ${values.minutes} min, ${values.rate} steps/s\n`)
  const samples = await soak(daemons)
  const report = renderReport(samples, { minutes: ms / 60_000, rate: Number(values.rate) })
  for (const [name, text] of Object.entries(report.files)) writeFileSync(join(out, name), text)
  stdout.write(`${report.summary}\nreport: ${join(out, 'report.md')}\n`)
} finally {
  await installation.end()
}
exit(0)

async function soak(daemons: readonly Daemon[]): Promise<readonly Sample[]> {
  const start = performance.now()
  const load = createLoad(daemons, Number(values.rate))
  const samples: Sample[] = []
  const every = Math.min(SAMPLE_MS_MAX, ms / SAMPLES_MIN)
  while (performance.now() - start < ms) {
    await new Promise((done) => setTimeout(done, every))
    const minute = (performance.now() - start) / 60_000
    for (const [index, daemon] of daemons.entries()) {
      samples.push(await takeSample(daemon, { node: index, minute, done: load.counts() }))
    }
  }
  await load.stop()
  return samples
}
