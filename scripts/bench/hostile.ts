/**
 * Attacks on real nodes, each with its control: `node scripts/bench/hostile.ts [--for SECONDS]
 * [--runs N] [SCENARIO…]`; `lookup` is one of 60 nodes. A goal that is missed is printed and fails
 * nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { env, execPath, exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { Cast } from '../../src/cli/demo/cast.ts'
import { INSIDER_SCENARIOS } from '../../src/testnet/insider-scenarios.ts'
import { LOAD_SCENARIOS } from '../../src/testnet/load-scenarios.ts'
import { play } from '../../src/testnet/play.ts'
import type { Run, Scenario } from '../../src/testnet/scenario.ts'
import { Stage } from '../../src/testnet/stage.ts'
import { fakeEnvironment } from '../../test/support/fake-terminal.ts'
import { measureInsiders } from './hostile-insiders.ts'
import { measureLookups } from './lookup.ts'

const PROGRAM = join(import.meta.dirname, '../../bin/peerage.js')
const MIB = 1 << 20
const NODES = 2
const SEED = '1'
/** The goal of 10 000 sockets; the others have the size that they ship with. */
const COUNTS: Readonly<Record<string, number>> = { silent: 10_000 }

const { values, positionals } = parseArgs({
  options: {
    for: { type: 'string', default: '60' },
    runs: { type: 'string', default: '10' },
    lookups: { type: 'string', default: '300' }
  },
  allowPositionals: true
})
const ms = Number(values.for) * 1000
const isChosen = ({ name }: { readonly name: string }) =>
  positionals.length === 0 || positionals.includes(name)
const chosen = LOAD_SCENARIOS.filter(isChosen)
const directory = mkdtempSync(join(tmpdir(), 'peerage-hostile-'))
const cast = new Cast(directory, fakeEnvironment({ program: [execPath, PROGRAM], variables: env }))
try {
  stdout.write(
    `node ${process.versions.node}, seed ${SEED}, ${NODES} daemons, ${ms / 1000} s each\n`
  )
  if (chosen.length > 0) {
    const stage = new Stage(cast, NODES)
    await stage.build()
    for (const scenario of chosen) await measure(stage, scenario)
  }
  await measureInsiders(cast, INSIDER_SCENARIOS.filter(isChosen), Number(values.runs))
  if (isChosen({ name: 'lookup' })) await measureLookups(Number(values.lookups))
} finally {
  await cast.end()
  rmSync(directory, { recursive: true, force: true })
}
exit(0)

async function measure(stage: Stage, scenario: Scenario): Promise<void> {
  const sized = { ...scenario, count: COUNTS[scenario.name] ?? scenario.count }
  const { defended, control } = await play(stage, sized, { nodes: NODES, seed: SEED, ms })
  const load = loadavg()[0]?.toFixed(1)
  stdout.write(`\n${scenario.name}: ${scenario.attack} (load ${load})\n`)
  stdout.write(`${render('defended', defended, scenario)}${render('control', control, scenario)}`)
}

function render(name: string, run: Run, scenario: Scenario): string {
  const { attack, idle, calls, dials, victim, isolatedAfterMs = '–' } = run
  const all = dials.done + dials.failed
  const share = Math.round((100 * calls.perSecond) / idle.perSecond)
  return [
    `  ${name.padEnd(9)} ${scenario.isHeld(run, ms) ? 'held' : 'not held'}`,
    `attackers ${JSON.stringify(attack)}`,
    `dials ${dials.done}/${all}, p95 ${dials.p95Ms} ms`,
    `calls ${share} % of idle`,
    `memory +${Math.round(victim.rssGrowthBytes / MIB)} MiB`,
    `loop p99 ${victim.loopP99Ms} ms, max ${victim.loopMaxMs} ms`,
    `first cut after ${isolatedAfterMs} ms, ${run.falsePositives} false\n`
  ].join(' · ')
}
