/**
 * Measures, side by side: `node scripts/bench.ts [--rounds N] [NAME…]`. Each name is a file of
 * scripts/bench/; without one all run. A goal that is missed is printed and fails nothing: a
 * machine that others use must not decide whether a build is good.
 */
import { spawnSync } from 'node:child_process'
import { execPath, exit, stdout } from 'node:process'
import { parseArgs } from 'node:util'
import { type Bench, ROUNDS_DEFAULT, renderComparison } from './bench/measure.ts'

/** In the order in which they run. */
const BENCHES: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  handshake: () => import('./bench/handshake.ts'),
  throughput: () => import('./bench/throughput.ts'),
  rpc: () => import('./bench/rpc.ts'),
  start: () => import('./bench/start.ts'),
  connections: () => import('./bench/connections.ts'),
  network: () => import('./bench/network-of-20.ts'),
  revocation: () => import('./bench/revocation.ts'),
  'revocation-hundred': () => crowd('hundred'),
  'revocation-stopped': () => crowd('stopped'),
  'revocation-loss': () => crowd('loss'),
  'revocation-partition': () => crowd('partition'),
  'record-verification': () => import('./bench/record-verification.ts'),
  'record-attacks': () => import('./bench/record-attacks.ts'),
  'records-start': () => import('./bench/records-start.ts'),
  'records-20': () => recordsAmong(20),
  'records-50': () => recordsAmong(50),
  'records-100': () => recordsAmong(100),
  'trust-load': () => import('./bench/trust-load.ts'),
  'catch-up': () => import('./bench/catch-up.ts'),
  'group-commit': () => import('./bench/group-commit.ts'),
  'record-load': () => import('./bench/record-load.ts'),
  salvage: () => import('./bench/salvage.ts'),
  'disk-faults': () => import('./bench/disk-faults.ts'),
  durability: () => import('./bench/durability.ts'),
  damage: () => import('./bench/damage.ts')
}

async function recordsAmong(size: number): Promise<{ readonly bench: Bench }> {
  const { benchRecords } = await import('./bench/records.ts')
  return { bench: benchRecords(size) }
}

async function crowd(variant: 'hundred' | 'stopped' | 'loss' | 'partition') {
  const { benchVariant } = await import('./bench/revocation-crowd.ts')
  return { bench: benchVariant(variant) }
}

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: String(ROUNDS_DEFAULT) } },
  allowPositionals: true
})
const names = positionals.length > 0 ? positionals : Object.keys(BENCHES)
const [only, ...others] = names
if (only !== undefined && others.length === 0) await runOne(only)
else {
  let failed = 0
  for (const name of names) {
    // What one leaves behind in heap and compiled code is no business of the next.
    const words = [import.meta.filename, '--rounds', values.rounds, name]
    if (spawnSync(execPath, words, { stdio: 'inherit' }).status !== 0) failed++
  }
  exit(failed === 0 ? 0 : 1)
}

async function runOne(name: string): Promise<void> {
  const load = BENCHES[name]
  if (load === undefined) {
    throw new Error(`there is no bench "${name}": ${Object.keys(BENCHES).join(', ')}`)
  }
  const { bench } = await load()
  for (const comparison of await bench({ rounds: Number(values.rounds) })) {
    stdout.write(`${renderComparison(comparison)}\n\n`)
  }
  exit(0)
}
