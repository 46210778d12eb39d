import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PeerageError } from '../../errors.ts'
import { LIMITS } from '../../limits.ts'
import { playInsiders } from '../../testnet/insider-play.ts'
import { INSIDER_SCENARIOS } from '../../testnet/insider-scenarios.ts'
import { InsiderStage } from '../../testnet/insider-stage.ts'
import { LOAD_SCENARIOS } from '../../testnet/load-scenarios.ts'
import { type PlayInit, play } from '../../testnet/play.ts'
import { Stage } from '../../testnet/stage.ts'
import type { Context } from '../context.ts'
import { Cast } from '../demo/cast.ts'
import type { Input } from '../input.ts'
import { insiderReport } from '../insider-report.ts'
import { loadReport } from '../load-report.ts'
import type { Report } from '../output.ts'

interface Bounds {
  readonly nodes: number
  readonly nodesMin: number
  readonly ms: number
}

const LOAD: Bounds = { nodes: 2, nodesMin: 1, ms: 5_000 }
/** Insiders need somebody to lie to about somebody, and end by themselves before the time is over. */
const INSIDE: Bounds = { nodes: 3, nodesMin: 2, ms: 30_000 }

export async function run(context: Context, input: Input): Promise<Report> {
  const { environment } = context
  const { bounds, title, start } = requireScenario(input.argument('scenario'))
  const nodesRange = [bounds.nodesMin, LIMITS.testnetNodesMax] as const
  const nodes = bounded('nodes', input.integer('nodes') ?? bounds.nodes, nodesRange)
  const ms = bounded('for', input.duration('for') ?? bounds.ms, [1, LIMITS.attackMsMax])
  const seed = input.text('seed') ?? '1'
  const directory = mkdtempSync(join(tmpdir(), 'peerage-testnet-'))
  const cast = new Cast(directory, environment)
  const { promise: interrupted, reject } = Promise.withResolvers<never>()
  const stopListening = environment.onStopSignal(() => {
    reject(new PeerageError('SCENARIO_FAILED', { reason: 'it was interrupted' }))
  })
  const progress = context.startProgress(title)
  try {
    return await Promise.race([start(cast, { nodes, seed, ms }), interrupted])
  } finally {
    progress.end()
    await cast.end()
    stopListening()
    rmSync(directory, { recursive: true, force: true })
  }
}

interface Show {
  readonly bounds: Bounds
  readonly title: string
  start(cast: Cast, init: PlayInit): Promise<Report>
}

function requireScenario(name: string): Show {
  const load = LOAD_SCENARIOS.find((scenario) => scenario.name === name)
  if (load !== undefined) {
    const start = async (cast: Cast, init: PlayInit) => {
      const stage = new Stage(cast, init.nodes)
      await stage.build()
      return loadReport(await play(stage, load, init))
    }
    return { bounds: LOAD, title: load.title, start }
  }
  const insider = INSIDER_SCENARIOS.find((scenario) => scenario.name === name)
  if (insider !== undefined) {
    const start = async (cast: Cast, init: PlayInit) => {
      const stage = new InsiderStage(cast, init.nodes)
      await stage.build()
      return insiderReport(await playInsiders(stage, insider, init))
    }
    return { bounds: INSIDE, title: insider.title, start }
  }
  const names = [...LOAD_SCENARIOS, ...INSIDER_SCENARIOS].map((scenario) => scenario.name)
  const suggestion = `One of: ${names.join(', ')}`
  throw new PeerageError('NOT_FOUND', { scenario: name, suggestion })
}

function bounded(
  option: string,
  value: number,
  [min, max]: readonly [min: number, max: number]
): number {
  if (value >= min && value <= max) return value
  throw new PeerageError('INVALID_ARGUMENT', { reason: `--${option} takes ${min} to ${max}` })
}
