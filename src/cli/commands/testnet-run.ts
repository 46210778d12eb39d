import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EXIT, PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { LOAD_SCENARIOS } from '../../testnet/load-scenarios.ts'
import { play } from '../../testnet/play.ts'
import type { Outcome, Run, Scenario } from '../../testnet/scenario.ts'
import { Stage } from '../../testnet/stage.ts'
import type { Context } from '../context.ts'
import { Cast } from '../demo/cast.ts'
import type { Input } from '../input.ts'
import { alignedFacts, type Report } from '../output.ts'

const NODES_DEFAULT = 2
const MS_DEFAULT = 5_000
const MIB = 1 << 20

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const scenario = requireScenario(input.argument('scenario'))
  const nodes = bounded('nodes', input.integer('nodes') ?? NODES_DEFAULT, LIMITS.testnetNodesMax)
  const ms = bounded('for', input.duration('for') ?? MS_DEFAULT, LIMITS.attackMsMax)
  const seed = input.text('seed') ?? '1'
  const directory = mkdtempSync(join(tmpdir(), 'peerage-testnet-'))
  const cast = new Cast(directory, environment)
  const { promise: interrupted, reject } = Promise.withResolvers<never>()
  const stopListening = environment.onStopSignal(() => {
    reject(new PeerageError('SCENARIO_FAILED', { reason: 'it was interrupted' }))
  })
  const progress = context.startProgress(scenario.title)
  try {
    const stage = new Stage(cast, nodes)
    const playing = stage.build().then(() => play(stage, scenario, { nodes, seed, ms }))
    return report(await Promise.race([playing, interrupted]))
  } finally {
    progress.end()
    await cast.end()
    stopListening()
    rmSync(directory, { recursive: true, force: true })
  }
}

function requireScenario(name: string): Scenario {
  const found = LOAD_SCENARIOS.find((scenario) => scenario.name === name)
  if (found !== undefined) return found
  const suggestion = `One of: ${LOAD_SCENARIOS.map((scenario) => scenario.name).join(', ')}`
  throw new PeerageError('NOT_FOUND', { scenario: name, suggestion })
}

function bounded(option: string, value: number, max: number): number {
  if (value >= 1 && value <= max) return value
  throw new PeerageError('INVALID_ARGUMENT', { reason: `--${option} takes 1 to ${max}` })
}

function report({ scenario, nodes, seed, ms, defended, control }: Outcome): Report {
  const isHeld = scenario.isHeld(defended, ms)
  const isControlHeld = scenario.isHeld(control, ms)
  const { name, attack, defenses } = scenario
  const verdict = isHeld ? (isControlHeld ? 'not-discriminating' : 'held') : 'broken'
  return {
    json: {
      ...{ scenario: name, verdict, nodes, seed, ms, attack, without: defenses },
      ...{ defended: { held: isHeld, ...defended }, control: { held: isControlHeld, ...control } }
    },
    text: (paint) => [
      isHeld
        ? `${paint('good', '✔')} ${scenario.title}: the node held`
        : `${paint('bad', '✖')} ${scenario.title}: the node did not hold`,
      `  ${attack}`,
      ...alignedFacts([
        ['attackers', counts(defended.attack)],
        ['honest', honest(defended)],
        ['victim', victim(defended)],
        ['without it', counts(control.attack)],
        ['honest', honest(control)],
        ['victim', victim(control)]
      ]),
      ...(isControlHeld
        ? ['  the control held, too: this run shows nothing about the defense']
        : [])
    ],
    quiet: [verdict],
    exit: isHeld ? EXIT.ok : EXIT.verification
  }
}

function counts(numbers: Readonly<Record<string, number>>): string {
  return Object.entries(numbers)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ')
}

function honest({ idle, calls, dials, falsePositives, isolatedAfterMs }: Run): string {
  const share = Math.round((100 * calls.perSecond) / Math.max(1, idle.perSecond))
  const isolated =
    isolatedAfterMs === undefined ? 'attacker not cut' : `attacker cut after ${isolatedAfterMs} ms`
  return [
    `dials ${dials.done} of ${dials.done + dials.failed}, p95 ${dials.p95Ms} ms`,
    `calls ${share} % of idle, ${calls.failed} failed`,
    `${falsePositives} cut wrongly`,
    isolated
  ].join(' · ')
}

function victim({ victim: { rssGrowthBytes, loopP99Ms, loopMaxMs } }: Run): string {
  const grown = Math.round(rssGrowthBytes / MIB)
  return `memory +${grown} MiB · event loop p99 ${loopP99Ms} ms, max ${loopMaxMs} ms`
}
