import { PeerageError } from '../errors.ts'
import type { AttackReport } from './attackers/attack.ts'
import type { Outcome, Run, Scenario } from './scenario.ts'
import type { Stage, Victim } from './stage.ts'
import type { VictimLook } from './victim.ts'
import type { Visit, VisitInit } from './visitor.ts'

export interface PlayInit {
  readonly nodes: number
  readonly seed: string
  /** How long the attack goes on, in each of the two runs. */
  readonly ms: number
}

/** Before the attack: what the same members get done when nobody disturbs them. */
const IDLE_MS = 1_000

/** Plays a scenario twice: against the node as it is, and as the control without the defense. */
export async function play(stage: Stage, scenario: Scenario, init: PlayInit): Promise<Outcome> {
  const defended = await runOnce(stage, scenario, { ...init, isControl: false })
  const control = await runOnce(stage, scenario, { ...init, isControl: true })
  return { scenario, ...init, defended, control }
}

interface RunInit extends PlayInit {
  readonly isControl: boolean
}

async function runOnce(stage: Stage, scenario: Scenario, init: RunInit): Promise<Run> {
  const victim = await stage.victim(init.isControl ? scenario.defenses : [])
  const [visitor, caller, attacker] = [stage.part(), stage.part(), stage.part()]
  try {
    const watched = await watch(victim, stage)
    const visit = (kind: VisitInit['kind'], ms: number) => {
      const { nodeId, address } = victim
      const home = stage.home(kind === 'calls' ? 'visitor' : 'caller')
      return { ask: 'visit', init: { home, victim: nodeId, address, ms, kind } } as const
    }
    const [idle] = await Promise.all([
      visitor.ask<Visit>(visit('calls', IDLE_MS)),
      caller.ask<Visit>(visit('dials', IDLE_MS))
    ])
    const before = await victim.part.ask<VictimLook>({ ask: 'look' })
    const { address: target, socket } = victim
    const { ms, seed } = init
    const [attack, calls, dials] = await Promise.all([
      attacker.ask<AttackReport>({
        ask: 'attack',
        name: scenario.name,
        init: { target, socket, home: stage.home('mallory'), ms, seed, count: scenario.count }
      }),
      visitor.ask<Visit>(visit('calls', ms)),
      caller.ask<Visit>(visit('dials', ms))
    ])
    const after = await victim.part.ask<VictimLook>({ ask: 'look' })
    const { state } = await victim.client.call('node.status')
    if (state !== 'ready') throw new PeerageError('SCENARIO_FAILED', { reason: `victim: ${state}` })
    const rssGrowthBytes = after.rssMaxBytes - before.rssBytes
    return { attack, idle, calls, dials, victim: { ...after, rssGrowthBytes }, ...watched() }
  } finally {
    await Promise.all([visitor, caller, attacker].map((part) => part.end()))
    await victim.end()
  }
}

type Watched = Pick<Run, 'cuts' | 'isolatedAfterMs' | 'falsePositives'>

/** Who is cut by the victim, as its own events tell. */
async function watch({ client }: Victim, stage: Stage): Promise<() => Watched> {
  const cuts: Record<string, number> = {}
  let falsePositives = 0
  let admittedAt: number | undefined
  let isolatedAfterMs: number | undefined
  await client.subscribe({ topics: ['peer.admitted', 'peer.closed'] }, ({ topic, time, data }) => {
    const { nodeId, code } = data
    const isMallory = nodeId === stage.mallory
    if (topic === 'peer.admitted' && isMallory) admittedAt ??= Date.parse(time)
    if (topic !== 'peer.closed' || typeof code !== 'string') return
    if (!isMallory) {
      falsePositives++
      return
    }
    cuts[code] = (cuts[code] ?? 0) + 1
    if (admittedAt !== undefined) isolatedAfterMs ??= Date.parse(time) - admittedAt
  })
  return () => ({ cuts, isolatedAfterMs, falsePositives })
}
