import type { Actor, Cast } from '../cli/demo/cast.ts'
import { type ControlClient, connectControl } from '../control/client.ts'
import type { ReadyDaemon } from '../daemon/daemon.ts'
import type { NodeId } from '../identity/node-id.ts'
import type { Defense } from '../overlay/defense.ts'
import { copyHome } from './copy-home.ts'
import { INSIDER_HOMES, type InsiderHome } from './insider-scenarios.ts'
import type { Prey } from './insiders/campaign.ts'
import { PartProcess } from './part-process.ts'

const LOOPBACK = '/ip4/127.0.0.1/tcp/0'
const FOUNDER = 'hq'
/** What the record said in its version before. */
const NOTE_BEFORE = 'we meet at six'
const NOTE = { kind: 'note', name: 'plan', text: 'we meet at noon' } as const

/** A running honest daemon and how to watch it. */
export interface HonestNode {
  readonly part: PartProcess
  readonly nodeId: NodeId
  readonly address: string
  readonly member: string
  readonly client: ControlClient
}

export interface Ground {
  readonly honest: readonly HonestNode[]
  readonly prey: Prey
  home(name: InsiderHome): string
  part(): PartProcess
  end(): Promise<void>
}

/** A network with insiders in it; every run gets copies of its homes, so that none sees another's bans. */
export class InsiderStage {
  readonly #cast: Cast
  readonly #honest: readonly string[]
  readonly #nodeIds = new Map<string, NodeId>()
  #runs = 0

  constructor(cast: Cast, nodes: number) {
    this.#cast = cast
    this.#honest = [FOUNDER, ...Array.from({ length: nodes - 1 }, (_, i) => `honest-${i + 1}`)]
  }

  /** Node ids of the attackers. */
  get insiders(): ReadonlySet<string> {
    return new Set(INSIDER_HOMES.map((name) => this.#nodeIds.get(name) ?? ''))
  }

  /** Founds the network, lets everybody join, and stores the record that is attacked. */
  async build(): Promise<void> {
    const words = ['network', 'create', 'testnet', '--node', FOUNDER, '--member', FOUNDER]
    await this.#cast.run(FOUNDER, [...words, '--listen', LOOPBACK, '--front-desk', LOOPBACK])
    const founder = await this.#cast.up(FOUNDER)
    for (const name of [...this.#honest.slice(1), ...INSIDER_HOMES]) await this.#join(founder, name)
    const others: Actor[] = []
    for (const name of this.#honest.slice(1)) others.push(await this.#cast.up(name))
    await founder.client.call('node.wait', { peers: others.length })
    const { kind, name, text } = NOTE
    await founder.client.call('record.put', { kind, name, text: NOTE_BEFORE })
    await founder.client.call('record.put', { kind, name, text })
    for (const { client } of [...others, founder]) await client.call('node.stop')
    for (const name of this.#honest) await this.#cast.settled(name)
    this.#nodeIds.set(FOUNDER, founder.nodeId as NodeId)
  }

  /** The honest daemons on copies of the homes, left without these defenses. */
  async ground(without: readonly Defense[]): Promise<Ground> {
    const run = `run-${++this.#runs}`
    for (const name of [...this.#honest, ...INSIDER_HOMES]) {
      copyHome(this.#cast.home(name), this.#cast.home(`${run}/${name}`))
    }
    const honest: HonestNode[] = []
    const part = () => new PartProcess(this.#cast.start(`${run}/${FOUNDER}`, ['testnet-part']))
    const end = async () => {
      for (const { client } of honest) client.close()
      await Promise.all(honest.map((node) => node.part.end()))
    }
    const start = async (member: string) => {
      const init = { home: this.#cast.home(`${run}/${member}`), without }
      const own = part()
      const { nodeId, listen, control } = await own.ask<ReadyDaemon>({ ask: 'start', init })
      const client = await connectControl(control)
      const [address = ''] = listen
      honest.push({ part: own, nodeId: nodeId as NodeId, address, member, client })
    }
    try {
      await Promise.all(this.#honest.map(start))
      const peers = honest.length - 1
      for (const { client } of honest) await client.call('node.wait', { peers })
    } catch (error) {
      await end()
      throw error
    }
    const prey = { ...NOTE, owner: FOUNDER, nodeId: this.#nodeIds.get(FOUNDER) ?? ('' as NodeId) }
    return { honest, prey, part, end, home: (name) => this.#cast.home(`${run}/${name}`) }
  }

  async #join({ client }: Actor, name: string): Promise<void> {
    const [member = name, node = 'laptop'] = name.startsWith('honest') ? [name] : name.split('-')
    const { invite } = await client.call('invite.create', { member, node })
    const words = ['join', '--invite-file', '-', '--listen', LOOPBACK]
    const joined = await this.#cast.run(name, words, invite)
    this.#nodeIds.set(name, (joined['node'] as { id: NodeId }).id)
  }
}
