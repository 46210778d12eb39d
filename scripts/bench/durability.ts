import { join } from 'node:path'
import { stderr } from 'node:process'
import { json, type RunInit, Sandbox } from '../../test/e2e/support.ts'
import { playCrashes } from '../../test/support/crash/play.ts'
import { Installation } from './daemons.ts'
import { type Bench, countOnce, type Sample } from './measure.ts'

const NODES = ['hq', 'anna', 'bert', 'cleo', 'dora']
const QUORUM = 3
const CYCLES_PER_ROUND = 50
const lazyCommit = join(import.meta.dirname, '../../test/support/crash/lazy-commit.ts')

/**
 * Five daemons write and read one another's records; up to quorum − 1 of them are killed at once,
 * and in every fifth cycle all. 50 cycles for each of `--rounds`. What was acknowledged is noted by
 * a process outside, which a judge holds against what is shown and what is on each disk at the end.
 */
export const bench: Bench = async ({ rounds }) => {
  const installation = await Installation.create()
  const run: RunInit = { program: installation.program }
  const cycles = rounds * CYCLES_PER_ROUND
  try {
    const daemons = await play('durability', cycles, run)
    const control = await play('control', 1, { ...run, preload: lazyCommit })
    const comparison = countOnce(
      `${cycles} crashes of 1 to ${QUORUM - 1} of ${NODES.length} daemons, in every fifth of all`,
      { daemons, 'control, commits later': control },
      [
        { subject: 'daemons', figure: 'promises broken', atMost: 0 },
        { subject: 'control, commits later', figure: 'promises broken', atLeast: 1 }
      ]
    )
    return [comparison]
  } finally {
    await installation.end()
  }
}

async function play(seed: string, cycles: number, run: RunInit): Promise<Sample> {
  const sandbox = new Sandbox()
  try {
    await enroll(sandbox, { ...run, preload: undefined })
    const downMax = QUORUM - 1
    const onCycle = (done: number) => void stderr.write(`\r${seed}: ${done} of ${cycles}`)
    const plan = { sandbox, nodes: NODES, seed, cycles, downMax, run, onCycle }
    const { acknowledged, crashes, broken } = await playCrashes(plan)
    stderr.write('\n')
    for (const sentence of broken.slice(0, 10)) stderr.write(`${seed}: ${sentence}\n`)
    return { acknowledged, 'daemons killed': crashes, 'promises broken': broken.length }
  } finally {
    await sandbox.end()
  }
}

async function enroll(sandbox: Sandbox, run: RunInit): Promise<void> {
  await sandbox.create('hq', [], run)
  const hq = await sandbox.up('hq', [], run)
  for (const name of NODES.slice(1)) await sandbox.join(hq, name, [], run)
  const bounds = ['--copies', String(NODES.length), '--quorum', String(QUORUM)]
  await json(['kind', 'define', 'note', ...bounds], { ...run, home: hq.home })
  await hq.stop()
}
