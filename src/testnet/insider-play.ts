import type { ControlClient } from '../control/client.ts'
import { toPeerageError } from '../errors.ts'
import { type AttackReport, pause } from './attackers/attack.ts'
import type { InsiderRun, InsiderScenario } from './insider-scenarios.ts'
import type { Ground, InsiderStage } from './insider-stage.ts'
import type { Prey } from './insiders/campaign.ts'

export interface InsiderPlayInit {
  readonly nodes: number
  readonly seed: string
  /** The longest that the attack goes on, in each of the two runs. */
  readonly ms: number
}

export interface InsiderOutcome extends InsiderPlayInit {
  readonly scenario: InsiderScenario
  readonly defended: InsiderRun
  readonly control: InsiderRun
}

const READ_EVERY_MS = 200
const ISOLATED: readonly unknown[] = ['quarantined', 'banned']

/** Plays a scenario twice: against nodes as they are, and as the control without the defense. */
export async function playInsiders(
  stage: InsiderStage,
  scenario: InsiderScenario,
  init: InsiderPlayInit
): Promise<InsiderOutcome> {
  const defended = await runOnce(stage, scenario, { ...init, isControl: false })
  const control = await runOnce(stage, scenario, { ...init, isControl: true })
  return { scenario, ...init, defended, control }
}

async function runOnce(
  stage: InsiderStage,
  scenario: InsiderScenario,
  { ms, seed, isControl }: InsiderPlayInit & { readonly isControl: boolean }
): Promise<InsiderRun> {
  const ground = await stage.ground(isControl ? scenario.defenses : [])
  const attacker = ground.part()
  try {
    const watched = await watch(ground, stage.insiders)
    const reading = ground.honest.map(({ client }) => readOn(client, ground.prey))
    const targets = ground.honest.map(({ nodeId, address }) => ({ nodeId, address }))
    const homes = scenario.insiders.map((name) => ground.home(name))
    const { count, name } = scenario
    const init = { targets, homes, prey: ground.prey, count, ms, seed }
    const attack = await attacker.ask<AttackReport>({ ask: 'insider', name, init })
    // The news of a proof may still be under way.
    if (scenario.isolates && !isControl) await Promise.race([watched.all, pause(ms)])
    const reads = { correct: 0, wrong: 0, failed: 0 }
    for (const read of await Promise.all(reading.map((each) => each.stop()))) {
      reads.correct += read.correct
      reads.wrong += read.wrong
      reads.failed += read.failed
    }
    return { attack, reads, ...watched.sofar() }
  } finally {
    await attacker.end()
    await ground.end()
  }
}

/** An honest node reads the record that is attacked, until it is told to stop. */
function readOn(client: ControlClient, { kind, owner, name, text }: Prey) {
  const seen = { correct: 0, wrong: 0, failed: 0 }
  let isOn = true
  const reading = (async () => {
    do {
      try {
        const got = await client.call('record.get', { kind, owner, name })
        if (got.text === text) seen.correct++
        else seen.wrong++
      } catch (error) {
        // What it is refused with is not the point; a fault of the program would be.
        if (toPeerageError(error).code === 'INTERNAL') throw error
        seen.failed++
      }
      await pause(READ_EVERY_MS)
    } while (isOn)
  })()
  return {
    async stop() {
      isOn = false
      await reading
      return seen
    }
  }
}

/** Who is isolated by whom, as the honest nodes' own events tell. */
async function watch({ honest }: Ground, insiders: ReadonlySet<string>) {
  const members = new Set(honest.map(({ member }) => member))
  const isolatedAfter = new Map<string, number>()
  const wronged = new Set<string>()
  const all = Promise.withResolvers<void>()
  for (const { client, nodeId: self, member: own } of honest) {
    let admittedAt: number | undefined
    const topics = ['peer.admitted', 'peer.closed', 'reputation.changed']
    await client.subscribe({ topics }, ({ topic, time, data }) => {
      const isInsider = insiders.has(String(data['nodeId']))
      if (topic === 'peer.admitted' && isInsider) admittedAt ??= Date.parse(time)
      if (topic === 'peer.closed' && isInsider && data['code'] === 'PEER_BANNED') {
        const afterMs = Date.parse(time) - (admittedAt ?? Date.parse(time))
        if (!isolatedAfter.has(self)) isolatedAfter.set(self, afterMs)
        if (isolatedAfter.size === honest.length) all.resolve()
      }
      const isOfHonest = topic === 'reputation.changed' && members.has(String(data['member']))
      if (isOfHonest && ISOLATED.includes(data['standing'])) wronged.add(`${own} ${data['member']}`)
    })
  }
  return {
    all: all.promise,
    sofar() {
      const times = [...isolatedAfter.values()]
      const afterMs = times.length === 0 ? {} : { afterMs: Math.max(...times) }
      return {
        isolated: { by: times.length, of: honest.length, ...afterMs },
        falsePositives: wronged.size
      }
    }
  }
}
