import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import { createNetwork } from '../../src/daemon/create-network.ts'
import { silentLogger } from '../../src/log.ts'
import type { CrowdQuestion } from './crowd-worker.ts'
import { startWorker, type Worker } from './worker.ts'

const LOOPBACK = '/ip4/127.0.0.1/tcp/0'
const SETTLE_STEP_MS = 2000
/** Of one core, all processes together. */
const SETTLED_CPU = 0.25

export interface CrowdNode {
  readonly nodeId: string
  readonly client: ControlClient
  /** The number of its process; the authority is alone in process 0. */
  readonly process: number
}

/** A network of daemons, several in each of a few processes, driven over their sockets. */
export class Crowd {
  readonly nodes: CrowdNode[] = []
  readonly #directory = mkdtempSync(join(tmpdir(), 'peerage-crowd-'))
  readonly #workers: Worker[] = []

  static async create(size: number, processes: number): Promise<Crowd> {
    const crowd = new Crowd()
    const home = crowd.#home('hq')
    await createNetwork({
      ...{ home, name: 'bench', node: 'hq', member: 'hq', log: silentLogger },
      ...{ listen: [LOOPBACK], frontDesk: [LOOPBACK] }
    })
    for (let i = 0; i <= processes; i++) crowd.#workers.push(startWorker('crowd-worker.ts', []))
    await crowd.#up(home, 0)
    await crowd.#inShares(size, async (name, process) => crowd.#join(name, process))
    await crowd.#inShares(size, async (name, process) => crowd.#up(crowd.#home(name), process))
    return crowd
  }

  async tell(process: number, question: CrowdQuestion): Promise<void> {
    await this.#workers[process]?.ask(question)
  }

  /** Every process but that of the authority. */
  get processes(): readonly number[] {
    return this.#workers.keys().drop(1).toArray()
  }

  /** Waits until hardly anything is left to do: a crowd that has just met has much to tell each other. */
  async settled(): Promise<void> {
    for (let before = Number.NEGATIVE_INFINITY; ; ) {
      const times = this.#workers.map((worker) => worker.ask<number>('cpu'))
      const after = (await Promise.all(times)).reduce((sum, ms) => sum + ms, 0)
      if (after - before < SETTLED_CPU * SETTLE_STEP_MS) return
      before = after
      await sleep(SETTLE_STEP_MS)
    }
  }

  pause(process: number): void {
    this.#workers[process]?.pause()
  }

  resume(process: number): void {
    this.#workers[process]?.resume()
  }

  end(): void {
    for (const worker of this.#workers) {
      worker.resume()
      worker.stop()
    }
    for (const { client } of this.nodes) client.close()
    rmSync(this.#directory, { recursive: true, force: true })
  }

  /** A process answers one question after the other; nodes start when all have joined. */
  async #inShares(size: number, run: (name: string, process: number) => Promise<void>) {
    await Promise.all(
      this.processes.map(async (process) => {
        for (let i = process; i < size; i += this.processes.length) await run(`node-${i}`, process)
      })
    )
  }

  #home(name: string): string {
    return join(this.#directory, name)
  }

  async #join(name: string, process: number): Promise<void> {
    const [authority] = this.nodes
    if (authority === undefined) throw new Error('there is no authority')
    const order = { member: name, node: name }
    const { invite } = await authority.client.call('invite.create', order)
    await this.tell(process, { join: this.#home(name), invite })
  }

  async #up(home: string, process: number): Promise<void> {
    const control = await this.#workers[process]?.ask<string>({ up: home })
    const client = await connectControl(control ?? '')
    const { nodeId } = await client.call('node.status')
    this.nodes.push({ nodeId, client, process })
  }
}
