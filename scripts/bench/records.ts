import { stdout } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Comparison, compare, type Goal, type Subject } from './measure.ts'
import { findOpenDht, startOpenDht } from './records-opendht.ts'
import type { RecordQuestion, RecordSystem } from './records-worker.ts'
import { startWorker, type Worker } from './worker.ts'

const VALUE_BYTES = 200
/** Of a round. Stock kad-dht takes a hundred times as long for one. */
const OPERATIONS = { peerage: 100, OpenDHT: 100, 'kad-dht': 10 } as const
/** No system takes longer for the operations of one sort and round; it does fewer then. */
const ACT_MS_MAX = 20_000
/** Processes that are being started at once. */
const STARTS = 4
/** Until routing tables are filled. */
const SETTLE_MS = 8_000
const NOW = Date.now()

/**
 * Puts and gets in a network of so many nodes, each a process of its own: the last one is measured.
 * The same for each system; OpenDHT neither encrypts, signs nor syncs. Stock kad-dht comes after
 * the other two have ended, since its nodes are busy when nobody asks them anything.
 */
export const benchRecords =
  (size: number): Bench =>
  async ({ rounds }) => {
    const hasOpenDht = findOpenDht() !== undefined
    if (!hasOpenDht) {
      stdout.write('OpenDHT is left out: apt-get install python3-opendht brings it\n')
    }
    const beside = hasOpenDht ? GOALS_BESIDE : []
    return [
      await measure(size, rounds, hasOpenDht ? ['peerage', 'OpenDHT'] : ['peerage'], [
        ...beside,
        ...GOALS
      ]),
      await measure(size, Math.min(rounds, 3), ['kad-dht'], [])
    ]
  }

const GOALS_BESIDE: readonly Goal[] = [
  { subject: 'peerage', figure: 'put ms', to: 'OpenDHT', atMost: 4 },
  { subject: 'peerage', figure: 'get ms', to: 'OpenDHT', atMost: 2 }
]

const GOALS: readonly Goal[] = [
  { subject: 'peerage', figure: 'put p99 / median', atMost: 4 },
  { subject: 'peerage', figure: 'get p99 / median', atMost: 4 }
]

async function measure(
  size: number,
  rounds: number,
  systems: readonly RecordSystem[],
  goals: readonly Goal[]
): Promise<Comparison> {
  const workers: Worker[] = []
  try {
    const subjects: Subject[] = []
    for (const system of systems) {
      subjects.push(await subjectOf(system, await startNodes(system, size, workers)))
    }
    await sleep(SETTLE_MS)
    const title = `${systems.join(', ')}: ${VALUE_BYTES} bytes among ${size} processes`
    return await compare({ title, rounds, subjects, goals })
  } finally {
    for (const worker of workers) worker.stop()
  }
}

/** The first node begins alone, all others with what it says. */
async function startNodes(
  system: RecordSystem,
  size: number,
  started: Worker[]
): Promise<readonly Worker[]> {
  const workers: Worker[] = []
  const listed: string[] = []
  const start = async (index: number) => {
    const worker =
      system === 'OpenDHT'
        ? startOpenDht()
        : startWorker('records-worker.ts', [system, String(index), String(size), String(NOW)])
    started.push(worker)
    workers[index] = worker
    const question: RecordQuestion = { do: 'start', known: listed.slice(0, 1) }
    listed.push(await worker.ask<string>(question))
  }
  await start(0)
  let next = 1
  const startRest = async () => {
    while (next < size) await start(next++)
  }
  await Promise.all(Array.from({ length: STARTS }, startRest))
  const meet: RecordQuestion = { do: 'meet', known: listed }
  await Promise.all(workers.map((worker) => worker.ask(meet)))
  return workers
}

/** The first node puts what the last one gets. */
async function subjectOf(system: RecordSystem, workers: readonly Worker[]): Promise<Subject> {
  const [owner, caller] = [workers[0], workers.at(-1)]
  let round = 0

  async function act(worker: Worker | undefined, what: 'put' | 'get', names: readonly string[]) {
    const question: RecordQuestion = { do: what, names, bytes: VALUE_BYTES, msMax: ACT_MS_MAX }
    const before = await cpuOf(workers)
    const elapsed = (await worker?.ask<readonly number[]>(question)) ?? []
    // What holders still do for the last ones counts for nobody; of a hundred it is little.
    const cpuMs = ((await cpuOf(workers)) - before) / elapsed.length
    return { elapsed, cpuMs }
  }

  return {
    name: system,
    async run() {
      round++
      const names = (of: string, count: number = OPERATIONS[system]) =>
        Array.from({ length: count }, (_, i) => `${of}-${round}-${i}`)
      const puts = await act(caller, 'put', names('caller'))
      const again = await act(caller, 'put', names('caller', puts.elapsed.length))
      const given = await act(owner, 'put', names('owner'))
      const gets = await act(caller, 'get', names('owner', given.elapsed.length))
      return { ...spread('put', puts), ...spread('put again', again), ...spread('get', gets) }
    }
  }
}

/** Of all nodes together: the machine that has them all is what limits how fast they are. */
async function cpuOf(workers: readonly Worker[]): Promise<number> {
  const question: RecordQuestion = { do: 'cpu' }
  const used = await Promise.all(workers.map((worker) => worker.ask<number>(question)))
  return used.reduce((sum, ms) => sum + ms, 0)
}

interface Acted {
  readonly elapsed: readonly number[]
  readonly cpuMs: number
}

function spread(what: string, { elapsed, cpuMs }: Acted): Record<string, number> {
  const sorted = elapsed.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  return {
    [`${what} ms`]: at(0.5),
    [`${what} p99 / median`]: at(0.99) / at(0.5),
    [`${what}, CPU ms of all`]: cpuMs
  }
}
