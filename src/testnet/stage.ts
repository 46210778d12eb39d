import { existsSync, rmSync } from 'node:fs'
import type { Actor, Cast } from '../cli/demo/cast.ts'
import { type ControlClient, connectControl } from '../control/client.ts'
import type { ReadyDaemon } from '../daemon/daemon.ts'
import { LIMITS } from '../limits.ts'
import type { Defense } from '../overlay/defense.ts'
import { LARGE } from './attackers/slow.ts'
import { copyHome } from './copy-home.ts'
import { PartProcess } from './part-process.ts'

const LOOPBACK = '/ip4/127.0.0.1/tcp/0'
const VICTIM = 'hq'
/** Members without a daemon of their own: two honest ones and the attacker. */
const MEMBERS = ['visitor', 'caller', 'mallory'] as const
/** Fills a record nearly to its bound. */
const LARGE_TEXT_LENGTH = 15_000

/** A running victim and how to watch it. */
export interface Victim {
  readonly part: PartProcess
  readonly nodeId: string
  readonly address: string
  readonly socket: string
  readonly client: ControlClient
  end(): Promise<void>
}

/** A network on this machine whose first node is attacked; its homes outlive every single run. */
export class Stage {
  readonly #cast: Cast
  readonly #nodes: number
  readonly #daemons: Actor[] = []
  #mallory = ''

  constructor(cast: Cast, nodes: number) {
    this.#cast = cast
    this.#nodes = nodes
  }

  get honest(): readonly string[] {
    return this.#daemons.map(({ nodeId }) => nodeId)
  }

  /** Node id of the member that attacks. */
  get mallory(): string {
    return this.#mallory
  }

  home(name: (typeof MEMBERS)[number]): string {
    return this.#cast.home(name)
  }

  part(): PartProcess {
    return new PartProcess(this.#cast.start(VICTIM, ['testnet-part']))
  }

  /** Founds the network, lets everybody join, and starts the honest daemons. */
  async build(): Promise<void> {
    const words = ['network', 'create', 'testnet', '--node', VICTIM, '--member', 'office']
    await this.#cast.run(VICTIM, [...words, '--listen', LOOPBACK, '--front-desk', LOOPBACK])
    const victim = await this.victim([])
    // Before anybody joins: all of them know it from the start.
    const kind = { kind: LARGE.kind, versionsKept: LIMITS.kindVersionsMax }
    await victim.client.call('kind.define', { ...kind, waitMs: 0 })
    for (const name of MEMBERS) {
      const { nodeId } = await this.#join(victim, name)
      if (name === 'mallory') this.#mallory = nodeId
    }
    for (let i = 1; i < this.#nodes; i++) {
      const name = `honest-${i}`
      await this.#join(victim, name)
      this.#daemons.push(await this.#cast.up(name))
    }
    await victim.end()
    await this.#storeRecords()
    copyHome(this.#cast.home(VICTIM), this.#pristine)
  }

  /** As the victim was when everybody had joined: it remembers nothing of earlier attacks. */
  get #pristine(): string {
    return this.#cast.home(`${VICTIM}-pristine`)
  }

  /** The victim, left without these defenses. */
  async victim(without: readonly Defense[]): Promise<Victim> {
    if (existsSync(this.#pristine)) {
      rmSync(this.#cast.home(VICTIM), { recursive: true })
      copyHome(this.#pristine, this.#cast.home(VICTIM))
    }
    const part = this.part()
    const init = { home: this.#cast.home(VICTIM), without }
    const ready = await part.ask<ReadyDaemon>({ ask: 'start', init })
    const client = await connectControl(ready.control)
    const { nodeId, listen, control: socket } = ready
    return {
      ...{ part, nodeId, address: listen[0] ?? '', socket, client },
      async end() {
        client.close()
        await part.end()
      }
    }
  }

  async #join({ client }: Victim, name: string): Promise<{ nodeId: string }> {
    const invited = await client.call('invite.create', { member: name, node: 'laptop' })
    const words = ['join', '--invite-file', '-', '--listen', LOOPBACK]
    const { node } = await this.#cast.run(name, words, invited.invite)
    return { nodeId: (node as { id: string }).id }
  }

  /** What visitors ask for: a small note, and a history as large as they come. */
  async #storeRecords(): Promise<void> {
    const victim = await this.victim([])
    const visitor = await this.#cast.up('visitor')
    await visitor.client.call('node.wait', { peers: 1 })
    await visitor.client.call('record.put', { kind: 'note', name: 'small', text: 'hello' })
    for (let version = 1; version <= LIMITS.kindVersionsMax; version++) {
      const text = `${version}`.padEnd(LARGE_TEXT_LENGTH, 'x')
      await visitor.client.call('record.put', { ...LARGE, text })
    }
    await visitor.client.call('node.stop')
    await this.#cast.settled('visitor')
    await victim.end()
  }
}
