import { stdout } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, type Comparison, compare, type Goal, type Subject } from './measure.ts'
import { findOpenDht, startOpenDht } from './records-opendht.ts'
import type { RecordQuestion } from './records-worker.ts'
import { startWorker, type Worker } from './worker.ts'

const VALUE_BYTES = 200
/** Of a round. Stock kad-dht takes a hundred times as long for one. */
const OPERATIONS = { peerage: 100, OpenDHT: 100, 'kad-dht': 10 } as const
/** Until routing tables are filled. */
const SETTLE_MS = 8_000

type System = keyof typeof OPERATIONS

/**
 * Puts and gets in a network of so many nodes: one process has all but one of them, the other has
 * the node that is measured. The same for each system; OpenDHT neither encrypts, signs nor syncs.
 */
export const benchRecords =
  (size: number): Bench =>
  async ({ rounds }) => {
    const python = findOpenDht()
    if (python === undefined) {
      stdout.write('OpenDHT is left out: apt-get install python3-opendht brings it\n')
    }
    const systems: readonly System[] =
      python === undefined ? ['peerage', 'kad-dht'] : ['peerage', 'OpenDHT', 'kad-dht']
    const stops: (() => void)[] = []
    try {
      const subjects: Subject[] = []
      for (const system of systems) {
        const open = (role: string) => {
          const worker =
            system === 'OpenDHT' && python !== undefined
              ? startOpenDht(python)
              : startWorker('records-worker.ts', [system, role, String(size), String(NOW)])
          stops.push(() => worker.stop())
          return worker
        }
        subjects.push(await subjectOf(system, size, open('crowd'), open('caller')))
      }
      await sleep(SETTLE_MS)
      return [await comparisonOf(size, rounds, subjects, python !== undefined)]
    } finally {
      for (const stop of stops) stop()
    }
  }

const NOW = Date.now()

async function subjectOf(
  system: System,
  size: number,
  crowd: Worker,
  caller: Worker
): Promise<Subject> {
  const ask = <Answer>(worker: Worker, question: RecordQuestion) => worker.ask<Answer>(question)
  const start = (worker: Worker, count: number, known: readonly string[]) =>
    ask<readonly string[]>(worker, { do: 'start', count, known })
  const known = await start(crowd, size - 1, [])
  const back = await start(caller, 1, known)
  if (system === 'peerage') await ask(crowd, { do: 'meet', known: back })
  let round = 0
  return {
    name: system,
    async run() {
      round++
      const names = (of: string) =>
        Array.from({ length: OPERATIONS[system] }, (_, i) => `${of}-${round}-${i}`)
      const act = (worker: Worker, what: 'put' | 'get', of: string) =>
        ask<readonly number[]>(worker, { do: what, names: names(of), bytes: VALUE_BYTES })
      const puts = await act(caller, 'put', 'caller')
      const again = await act(caller, 'put', 'caller')
      await act(crowd, 'put', 'crowd')
      const gets = await act(caller, 'get', 'crowd')
      return { ...spread('put', puts), ...spread('put again', again), ...spread('get', gets) }
    }
  }
}

function spread(what: string, elapsed: readonly number[]): Record<string, number> {
  const sorted = elapsed.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  return { [`${what} ms`]: at(0.5), [`${what} p99 / median`]: at(0.99) / at(0.5) }
}

async function comparisonOf(
  size: number,
  rounds: number,
  subjects: readonly Subject[],
  hasOpenDht: boolean
): Promise<Comparison> {
  const goals: Goal[] = [
    { subject: 'peerage', figure: 'put p99 / median', atMost: 4 },
    { subject: 'peerage', figure: 'get p99 / median', atMost: 4 }
  ]
  const beside: Goal[] = [
    { subject: 'peerage', figure: 'put ms', to: 'OpenDHT', atMost: 4 },
    { subject: 'peerage', figure: 'get ms', to: 'OpenDHT', atMost: 2 }
  ]
  return await compare({
    title: `records of ${VALUE_BYTES} bytes among ${size} nodes`,
    rounds,
    subjects,
    goals: hasOpenDht ? [...beside, ...goals] : goals
  })
}
