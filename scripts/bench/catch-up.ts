import { type Bench, compare, type Sample } from './measure.ts'
import { startWorker } from './worker.ts'

const ENTRIES = 10_000
const MANY = 200_000

/** A node that is behind fetches the trust log from one peer, a process of its own, over loopback. */
export const bench: Bench = async ({ rounds }) => {
  const time = await compare({
    title: `catch-up of a trust log by ${ENTRIES} entries`,
    rounds: Math.min(rounds, 4),
    subjects: [{ name: 'catch-up', run: async () => await catchUp(ENTRIES) }],
    goals: [
      { subject: 'catch-up', figure: 'ms', atMost: 2000 },
      { subject: 'catch-up', figure: 'times the signatures alone', atMost: 2 }
    ]
  })
  const memory = await compare({
    title: `catch-up of a trust log by ${MANY} entries`,
    // The first one is discarded.
    rounds: 2,
    subjects: [{ name: 'catch-up', run: async () => await catchUp(MANY) }],
    goals: []
  })
  return [time, memory]
}

async function catchUp(entries: number): Promise<Sample> {
  const words = [String(Date.now()), String(entries)]
  const source = startWorker('catch-up-worker.ts', ['listener', ...words])
  const late = startWorker('catch-up-worker.ts', ['dialer', ...words])
  try {
    const address = await source.ask<string>(undefined)
    return await late.ask<Sample>(address)
  } finally {
    source.stop()
    late.stop()
  }
}
