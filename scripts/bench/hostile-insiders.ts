import { loadavg } from 'node:os'
import { stdout } from 'node:process'
import type { Cast } from '../../src/cli/demo/cast.ts'
import { playInsiders } from '../../src/testnet/insider-play.ts'
import type { InsiderRun, InsiderScenario } from '../../src/testnet/insider-scenarios.ts'
import { InsiderStage } from '../../src/testnet/insider-stage.ts'

const NODES = 3
/** An attack ends by itself; this is for a machine that has other things to do. */
const MS = 60_000
/** Of honest nodes that isolate who misbehaves provably, and the time in which they do. */
const ISOLATED_SHARE = 0.95
const ISOLATED_MS = 30_000

/** Certified members that lie, so many times each, with the control beside every run. */
export async function measureInsiders(
  cast: Cast,
  scenarios: readonly InsiderScenario[],
  runs: number
): Promise<void> {
  if (scenarios.length === 0) return
  const stage = new InsiderStage(cast, NODES)
  await stage.build()
  for (const scenario of scenarios) {
    const defended: InsiderRun[] = []
    const control: InsiderRun[] = []
    for (let i = 0; i < runs; i++) {
      const outcome = await playInsiders(stage, scenario, { nodes: NODES, seed: `${i}`, ms: MS })
      defended.push(outcome.defended)
      control.push(outcome.control)
    }
    const load = loadavg()[0]?.toFixed(1)
    stdout.write(`\n${scenario.name}: ${scenario.attack} (${runs} runs, load ${load})\n`)
    stdout.write(render('defended', scenario, defended) + render('control', scenario, control))
    if (scenario.isolates) stdout.write(renderGoal(defended))
  }
}

function render(name: string, scenario: InsiderScenario, runs: readonly InsiderRun[]): string {
  const held = runs.filter((run) => scenario.isHeld(run)).length
  const reads = { correct: 0, wrong: 0, failed: 0 }
  for (const run of runs) {
    reads.correct += run.reads.correct
    reads.wrong += run.reads.wrong
    reads.failed += run.reads.failed
  }
  const wronged = runs.reduce((sum, { falsePositives }) => sum + falsePositives, 0)
  return [
    `  ${name.padEnd(9)} held ${held} of ${runs.length}`,
    `reads ${reads.correct} right, ${reads.wrong} wrong, ${reads.failed} failed`,
    `${wronged} honest members isolated\n`
  ].join(' · ')
}

function renderGoal(runs: readonly InsiderRun[]): string {
  const of = runs.reduce((sum, { isolated }) => sum + isolated.of, 0)
  const inTime = runs.filter(({ isolated }) => (isolated.afterMs ?? Infinity) <= ISOLATED_MS)
  const by = inTime.reduce((sum, { isolated }) => sum + isolated.by, 0)
  const slowest = Math.max(...runs.map(({ isolated }) => isolated.afterMs ?? 0))
  const isMet = by >= ISOLATED_SHARE * of
  return `  isolated by ${by} of ${of} honest nodes within ${ISOLATED_MS / 1000} s, the last after ${slowest} ms: goal ${ISOLATED_SHARE * 100} % ${isMet ? 'met' : 'missed'}\n`
}
