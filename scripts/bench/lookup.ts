import { loadavg } from 'node:os'
import { stdout } from 'node:process'
import type { Defense } from '../../src/overlay/defense.ts'
import { type CrowdResult, createLyingCrowd } from '../../test/support/lying-crowd.ts'

const NODES = 60
const LINKS = 3
const SEED = '1'
const SHARES = [0.2, 0.3]
const GOALS = [0.995, 0.99]
const NAIVE: ReadonlySet<Defense> = new Set(['lookup-paths'])

/**
 * Real nodes of which certified members drop questions, answer with each other, or return records
 * that were replaced: what honest members find and read, and what they would without the defenses,
 * by one path of a lookup and the first answer.
 */
export async function measureLookups(count: number): Promise<void> {
  for (const [i, share] of SHARES.entries()) {
    const insiders = Math.round(NODES * share)
    const init = { seed: SEED, nodes: NODES, insiders, links: LINKS }
    const goal = GOALS[i] ?? 1
    const crowd = await createLyingCrowd(init)
    const degree = crowd.degree()
    const lookups = await crowd.lookups(count)
    const gets = await crowd.gets(count)
    await crowd.end()
    const weak = await createLyingCrowd({ ...init, without: NAIVE })
    const weakLookups = await weak.lookups(count)
    const weakGets = await weak.naiveGets(count)
    await weak.end()
    stdout.write(
      [
        `\nlookup: ${NODES} nodes, ${insiders} lie, ${degree} connections in the middle, load ${loadavg()[0]?.toFixed(1)}`,
        `  defended  gets ${show(gets)}, lookups ${show(lookups)}`,
        `  control   gets ${show(weakGets)}, lookups ${show(weakLookups)}`,
        `  gets ≥ ${goal * 100} %: ${gets.correct >= goal * gets.done ? 'met' : 'missed'}\n`
      ].join('\n')
    )
  }
}

/** With the interval of Wilson at 95 %. */
function show({ correct, done }: CrowdResult): string {
  const z = 1.96
  const p = correct / done
  const middle = (p + z ** 2 / (2 * done)) / (1 + z ** 2 / done)
  const half =
    (z * Math.sqrt((p * (1 - p)) / done + z ** 2 / (4 * done ** 2))) / (1 + z ** 2 / done)
  const percent = (share: number) => (100 * Math.min(1, share)).toFixed(1)
  return `${correct} of ${done} (${percent(middle - half)} to ${percent(middle + half)} %)`
}
