import { setTimeout as pause } from 'node:timers/promises'
import { homeAt } from '../../../src/daemon/home.ts'
import { toPeerageError } from '../../../src/errors.ts'
import type { NetworkId } from '../../../src/identity/network-id.ts'
import { silentLogger } from '../../../src/log.ts'
import { openDatabase } from '../../../src/storage/database.ts'
import { createRecordStore } from '../../../src/storage/record-store.ts'
import type { Daemon, RunInit, Sandbox } from '../../e2e/support.ts'
import { seededRandom } from '../seeded-random.ts'
import { judge, type Verdict } from './judge.ts'
import { startRecorder } from './recorder.ts'

export interface CrashInit {
  readonly sandbox: Sandbox
  /** Homes in the sandbox, enrolled; each is of a member of the same name. */
  readonly nodes: readonly string[]
  readonly seed: string
  readonly cycles: number
  /** So many crash while the others go on; in every fifth cycle, the first included, all do. */
  readonly downMax: number
  readonly run?: RunInit
  /** Told after each cycle, for whoever waits. */
  readonly onCycle?: (done: number) => void
}

const NAMES = ['n0', 'n1', 'n2', 'n3']
/** How much is acknowledged at most before some of them crash, in which part of a write, and of a start. */
const ACKNOWLEDGED_MAX = 40
const WRITE_MS_MAX = 30
const START_MS_MAX = 400

/**
 * Daemons write and read one another's records while they are killed at random moments of a seed,
 * some of them in the middle of their start. When all are back, each is asked for everything; then
 * they stop, and every database is opened.
 */
export async function playCrashes(init: CrashInit): Promise<Verdict> {
  const { sandbox, nodes, seed, cycles, downMax, run = {} } = init
  const recorder = startRecorder(sandbox.path(`notes-${seed}`))
  const random = numbers(seed)
  const up = new Map<string, Daemon>()
  const names = new Map<string, string>()
  let isOver = false
  let left = 0
  let goOn = () => {}

  async function start(node: string): Promise<void> {
    const daemon = await sandbox.up(node, [], run)
    names.set(daemon.nodeId, node)
    up.set(node, daemon)
  }

  /** Counted, so that there is something to lose however slow the machine is. */
  async function acknowledge(count: number): Promise<void> {
    left = count
    await new Promise<void>((resolve) => {
      goOn = resolve
    })
  }

  async function meet(peers: number): Promise<void> {
    await Promise.all([...up.values()].map((daemon) => daemon.waitPeers(peers)))
  }

  async function crash(victims: readonly string[]): Promise<void> {
    await recorder.note({ what: 'crashed', nodes: victims })
    const daemons = victims.map((node) => up.get(node))
    for (const node of victims) up.delete(node)
    await Promise.all(daemons.map((daemon) => daemon?.kill()))
  }

  async function orRefused(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      await recorder.note({ what: 'refused', code: toPeerageError(error).code })
      // Whoever is refused at once must not ask in circles.
      await pause(10)
    }
  }

  async function write(owner: string, daemon: Daemon, turn: number): Promise<void> {
    const name = NAMES[turn % NAMES.length] ?? ''
    const text = `${turn} of ${owner}`
    await recorder.note({ what: 'tried', owner, name, text })
    const { version, digest, acknowledgedBy } = await daemon.call('record.put', {
      ...{ kind: 'note', name, text }
    })
    const holders = acknowledgedBy.map((nodeId: string) => names.get(nodeId))
    await recorder.note({ what: 'acknowledged', owner, name, text, version, digest, holders })
    if (--left === 0) goOn()
  }

  async function read(by: string, daemon: Daemon, owner: string, name: string): Promise<void> {
    const { version, digest, text } = await daemon.call('record.get', { kind: 'note', owner, name })
    await recorder.note({ what: 'read', by, owner, name, version, digest, text })
  }

  /** At one node, for as long as it is up, one thing after the other. */
  async function work(node: string): Promise<void> {
    for (let turn = 0; !isOver; turn++) {
      const daemon = up.get(node)
      const owner = nodes[turn % nodes.length] ?? ''
      if (daemon === undefined) await pause(10)
      else {
        await orRefused(() => write(node, daemon, turn))
        await orRefused(() => read(node, daemon, owner, NAMES[random(NAMES.length)] ?? ''))
      }
    }
  }

  async function find(by: string, daemon: Daemon): Promise<void> {
    for (const owner of nodes) {
      for (const name of NAMES) {
        await orRefused(async () => {
          const got = await daemon.call('record.get', { kind: 'note', owner, name })
          const { version, digest, text } = got
          await recorder.note({ what: 'found', by, owner, name, version, digest, text })
        })
      }
    }
  }

  async function open(by: string, network: NetworkId): Promise<void> {
    const db = openDatabase(homeAt(sandbox.path(by)).database)
    const store = createRecordStore(db, { network, logger: silentLogger })
    const { records } = store.list({ kind: 'note', limit: 1000 })
    for (const { owner, name, version, digest, value } of records) {
      const text = Buffer.from(value).toString()
      await recorder.note({ what: 'on disk', by, owner, name, version, digest, text })
    }
    db.close()
  }

  await Promise.all(nodes.map(start))
  await meet(nodes.length - 1)
  const working = nodes.map(work)
  for (let cycle = 0; cycle < cycles; cycle++) {
    await acknowledge(1 + random(ACKNOWLEDGED_MAX))
    await pause(random(WRITE_MS_MAX))
    const count = cycle % 5 === 0 ? nodes.length : 1 + random(downMax)
    const victims = pick(nodes, count, random)
    await crash(victims)
    if (cycle % 3 === 2) {
      const ms = random(START_MS_MAX)
      await Promise.all(victims.map((node) => sandbox.crashWhileStarting(node, ms, run)))
    }
    await Promise.all(victims.map(start))
    // As many as a quorum needs: who is still looking for the others is crashed at that, too.
    await meet(downMax)
    init.onCycle?.(cycle + 1)
  }
  isOver = true
  await Promise.all(working)
  await meet(nodes.length - 1)
  await Promise.all([...up].map(([node, daemon]) => find(node, daemon)))
  const { network } = await requireOne(up).call('node.status')
  await Promise.all([...up.values()].map((daemon) => daemon.stop()))
  for (const node of nodes) await open(node, network.id)
  return judge(await recorder.end(), nodes)
}

/** Whole numbers from 0, below a bound, that a seed decides. */
function numbers(seed: string): (below: number) => number {
  const { bytes } = seededRandom(seed)
  return (below) => Buffer.from(bytes(4)).readUInt32BE() % below
}

function pick(all: readonly string[], count: number, random: (below: number) => number): string[] {
  const left = [...all]
  return Array.from({ length: count }, () => left.splice(random(left.length), 1)).flat()
}

function requireOne(up: ReadonlyMap<string, Daemon>): Daemon {
  const [first] = up.values()
  if (first === undefined) throw new Error('nobody is up')
  return first
}
