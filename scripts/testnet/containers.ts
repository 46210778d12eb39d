import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { compose, type Ended, IMAGE, must, PROJECT, ROOT, run, show } from './engine.ts'
import type { Testnet } from './testnet.ts'

const SECRETS = join(ROOT, 'config/testnet/secrets')
const PREFIX = process.env['PEERAGE_TESTNET_PREFIX'] ?? '10.213.7'
const NETWORK = `${PROJECT}_testnet`
const HEALTHY_MS = 120_000
const LOOK_EVERY_MS = 250

/** All that enroll, in the order in which they join. */
export const INVITED = ['bootstrap', ...Array.from({ length: 6 }, (_, i) => `node-${i + 1}`)]
export const NODES = ['authority', ...INVITED]
export const ORDINARY = INVITED.slice(1)

/** The testnet of config/testnet/compose.yaml. */
export class Containers implements Testnet {
  readonly kind = 'containers'
  readonly nodes = NODES

  async exec(node: string, words: readonly string[]): Promise<Ended> {
    return await run(['docker', 'exec', await containerOf(node), 'peerage', ...words])
  }

  async kill(node: string): Promise<void> {
    await must(['docker', 'kill', await containerOf(node)])
  }

  async start(node: string): Promise<void> {
    await must(['docker', 'start', await containerOf(node)])
    await this.healthy([node])
  }

  async restart(node: string): Promise<void> {
    await must(['docker', 'restart', '--time', '20', await containerOf(node)])
    await this.healthy([node])
  }

  async part(node: string): Promise<void> {
    await must(['docker', 'network', 'disconnect', NETWORK, await containerOf(node)])
  }

  /** Back to the address of the compose file: others know the node by it. */
  async heal(node: string): Promise<void> {
    const address = ['--ip', addressOf(node), '--alias', node]
    await must(['docker', 'network', 'connect', ...address, NETWORK, await containerOf(node)])
  }

  async strangerDials(node: string): Promise<Ended> {
    const { nodeId } = JSON.parse((await this.exec(node, ['status', '--json'])).stdout)
    const address = `/ip4/${addressOf(node)}/tcp/4001/p2p/${nodeId}`
    return await this.exec('stranger', ['peer', 'connect', nodeId, '--address', address, '--json'])
  }

  /** Waits for the health that Docker sees. */
  async healthy(nodes: readonly string[]): Promise<void> {
    const end = performance.now() + HEALTHY_MS
    for (const node of nodes) {
      const container = await containerOf(node)
      for (;;) {
        const state = await stateOf(container)
        if (state === 'healthy') break
        const isOver = state === 'exited' || performance.now() > end
        if (isOver) throw new Error(`${node} is ${state}: ${await lastWords(container)}`)
        await pause(LOOK_EVERY_MS)
      }
    }
  }
}

/** Builds the image, lets the authority make the invites, and returns when all are healthy. */
export async function up(testnet: Containers, say: (text: string) => void): Promise<number> {
  if ((await run(['docker', 'image', 'inspect', IMAGE])).exit !== 0) {
    say(`building ${IMAGE}`)
    const code = await show(['docker', 'build', '--network', 'host', '--tag', IMAGE, '.'])
    if (code !== 0) {
      throw new Error(
        'the image was not built. Where no registry can be reached: node scripts/testnet/base-image.ts'
      )
    }
  }
  const began = performance.now()
  mkdirSync(SECRETS, { recursive: true, mode: 0o700 })
  chmodSync(SECRETS, 0o700)
  await must(await compose('up', '-d', 'authority', 'stranger'))
  await testnet.healthy(['authority'])
  await Promise.all(INVITED.map((node) => invite(testnet, node)))
  await must(await compose('up', '-d', ...NODES, 'stranger'))
  await testnet.healthy([...NODES, 'stranger'])
  return performance.now() - began
}

/** A container reads its secret as another user: the folder keeps it from those of this machine. */
async function invite(testnet: Containers, node: string): Promise<void> {
  const file = join(SECRETS, `${node}.invite`)
  if (existsSync(file)) return
  const words = ['invite', 'create', '--member', node, '--node', node, '--json']
  const { stdout } = await testnet.exec('authority', words)
  writeFileSync(file, `${JSON.parse(stdout).invite}\n`, { mode: 0o444 })
}

export async function down(): Promise<void> {
  await must(await compose('down', '--volumes', '--remove-orphans', '--timeout', '20'))
  rmSync(SECRETS, { recursive: true, force: true })
}

export interface Seen {
  readonly node: string
  readonly state: string
  readonly address: string
  readonly residentMib: number
}

/** What Docker knows of each node. */
export async function look(): Promise<readonly Seen[]> {
  return await Promise.all(
    [...NODES, 'stranger'].map(async (node) => {
      const container = await containerOf(node)
      const state = container === '' ? 'absent' : await stateOf(container)
      return { node, state, address: addressOf(node), residentMib: await residentOf(container) }
    })
  )
}

export async function imageMib(): Promise<number> {
  const bytes = await must(['docker', 'image', 'inspect', '--format', '{{.Size}}', IMAGE])
  return Math.round(Number(bytes) / 1e6)
}

/** Of the first process, which is the daemon: probes come and go. */
async function residentOf(container: string): Promise<number> {
  if (container === '') return 0
  const pid = (
    await run(['docker', 'inspect', '--format', '{{.State.Pid}}', container])
  ).stdout.trim()
  const file = `/proc/${pid}/status`
  if (pid === '0' || !existsSync(file)) return 0
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1024)
}

const containers = new Map<string, string>()

/** Its id; empty for one that is not there. Compose 1 and 2 give containers different names. */
async function containerOf(node: string): Promise<string> {
  const known = containers.get(node)
  if (known !== undefined) return known
  const labels = { project: PROJECT, service: node }
  const filters = Object.entries(labels).flatMap(([name, value]) => [
    ...['--filter', `label=com.docker.compose.${name}=${value}`]
  ])
  const id = (await run(['docker', 'ps', '-aq', ...filters])).stdout.trim()
  if (id !== '') containers.set(node, id)
  return id
}

async function stateOf(container: string): Promise<string> {
  const format =
    '{{if eq .State.Status "running"}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}'
  return (await run(['docker', 'inspect', '--format', format, container])).stdout.trim()
}

async function lastWords(container: string): Promise<string> {
  const { stdout, stderr } = await run(['docker', 'logs', '--tail', '5', container])
  return `${stdout}${stderr}`.trim()
}

function addressOf(node: string): string {
  const places: Readonly<Record<string, number>> = { authority: 10, bootstrap: 11, stranger: 66 }
  return `${PREFIX}.${places[node] ?? 20 + Number(node.replace('node-', ''))}`
}
