import { join } from 'node:path'
import { execPath } from 'node:process'
import { setTimeout as pause } from 'node:timers/promises'
import { type Ended, must, ROOT, run } from './engine.ts'
import type { Testnet } from './testnet.ts'

const PEERAGE = [execPath, join(ROOT, 'bin/peerage.js')]
const NAME = 'compose'
const STRANGERS = 'stranger'
const LOOK_EVERY_MS = 100

/** The same network as processes of this machine: `peerage testnet up`. */
export class Processes implements Testnet {
  readonly kind = 'processes'
  readonly nodes: readonly string[]

  private constructor(nodes: readonly string[]) {
    this.nodes = nodes
  }

  /** The stranger is the authority of a network of its own. */
  static async up(count: number): Promise<Processes> {
    await must([...PEERAGE, 'testnet', 'up', String(count), '--name', NAME])
    await must([...PEERAGE, 'testnet', 'up', '1', '--name', STRANGERS])
    return new Processes(Array.from({ length: count }, (_, i) => `node-${i + 1}`))
  }

  async down(): Promise<void> {
    for (const name of [NAME, STRANGERS]) await run([...PEERAGE, 'testnet', 'down', '--name', name])
  }

  async exec(node: string, words: readonly string[]): Promise<Ended> {
    return await run([...PEERAGE, 'testnet', 'exec', node, '--name', NAME, '--', ...words])
  }

  async kill(node: string): Promise<void> {
    await must([...PEERAGE, 'testnet', 'kill', node, '--name', NAME])
  }

  async start(node: string): Promise<void> {
    await must([...PEERAGE, 'testnet', 'start', node, '--name', NAME])
  }

  async restart(node: string): Promise<void> {
    await this.exec(node, ['down'])
    // It has closed its sockets by now, but the process may need a moment to end.
    while ((await this.#item(node)).state !== 'ended') await pause(LOOK_EVERY_MS)
    await this.start(node)
  }

  /** Nothing comes out of a process that is stopped, and nothing gets in. */
  async part(node: string): Promise<void> {
    process.kill(await this.#pid(node), 'SIGSTOP')
  }

  async heal(node: string): Promise<void> {
    process.kill(await this.#pid(node), 'SIGCONT')
  }

  async strangerDials(node: string): Promise<Ended> {
    const { nodeId, listen } = JSON.parse((await this.exec(node, ['status', '--json'])).stdout)
    const words = ['peer', 'connect', nodeId, '--address', listen[0], '--json']
    return await run([...PEERAGE, 'testnet', 'exec', 'node-1', '--name', STRANGERS, '--', ...words])
  }

  async #pid(node: string): Promise<number> {
    return (await this.#item(node)).pid
  }

  async #item(node: string): Promise<Item> {
    const words = ['testnet', 'ls', '--name', NAME, '--json']
    const { items } = JSON.parse(await must([...PEERAGE, ...words]))
    return items.find((item: Item) => item.node === node)
  }
}

interface Item {
  readonly node: string
  readonly state: string
  readonly pid: number
}
