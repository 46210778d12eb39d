/** One end of connections.ts: `connections-worker.ts ROLE NOW COUNT`. */
import { argv, memoryUsage } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBenchNetwork } from './bench-network.ts'
import { answerQuestions } from './worker.ts'

/** With a target: so many more of the other hosts dial it. Without: what this process holds. */
export interface ConnectionsQuestion {
  readonly target?: string
  readonly dials?: number
}

export interface ConnectionsAnswer {
  readonly address: string
  readonly nodeId: string
  readonly connections: number
  /** After collection, in bytes: the heap, and what it holds outside of itself. */
  readonly heapBytes: number
  readonly externalBytes: number
}

const [, , role = '', now = '', count = ''] = argv
const network = await createBenchNetwork(Number(now))
// The listener needs the others in its trust log, too.
const others = await network.others(Number(count))
const listener = await network.host('listener')
if (role === 'listener') await listener.start()

let next = 0
answerQuestions(async ({ target, dials = 0 }: ConnectionsQuestion): Promise<ConnectionsAnswer> => {
  if (target !== undefined) {
    for (const host of others.slice(next, next + dials)) {
      await host.start()
      const dialed = await host.dial(listener.nodeId, [target])
      if (!dialed.ok) throw new Error(`not admitted: ${dialed.fault}`)
    }
    next += dials
  }
  await sleep(3_000)
  const collect = (globalThis as { gc?: () => void }).gc
  for (let i = 0; i < 3; i++) collect?.()
  const { heapUsed, external } = memoryUsage()
  return {
    address: listener.addresses()[0] ?? '',
    nodeId: listener.nodeId,
    connections: listener.peers().length,
    heapBytes: heapUsed,
    externalBytes: external
  }
})
