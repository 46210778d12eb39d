import assert from 'node:assert/strict'
import type { ConnectionsAnswer } from './connections-worker.ts'
import { type Bench, compare } from './measure.ts'
import { startWorker } from './worker.ts'

/** The first ones warm up: the code that they compile stays, however many follow. */
const WARM = 30
const COUNT = 60

/** What one admitted connection holds in memory, by the difference that many of them make. */
export const bench: Bench = async ({ rounds }) => {
  const comparison = await compare({
    title: `a host with ${COUNT} more admitted connections`,
    rounds: Math.min(rounds, 3),
    subjects: [{ name: 'host', run: connectAll }],
    goals: [{ subject: 'host', figure: 'KB of heap per connection', atMost: 60 }]
  })
  return [comparison]
}

async function connectAll() {
  const words = [String(Date.now()), String(WARM + COUNT)]
  const listener = startWorker('connections-worker.ts', ['listener', ...words], ['--expose-gc'])
  const dialers = startWorker('connections-worker.ts', ['dialers', ...words])
  const look = () => listener.ask<ConnectionsAnswer>({})
  try {
    const { address: target } = await look()
    await dialers.ask({ target, dials: WARM })
    const before = await look()
    await dialers.ask({ target, dials: COUNT })
    const after = await look()
    assert.equal(after.connections - before.connections, COUNT)
    return {
      'KB of heap per connection': (after.heapBytes - before.heapBytes) / 1e3 / COUNT,
      'KB outside of it': (after.externalBytes - before.externalBytes) / 1e3 / COUNT
    }
  } finally {
    listener.stop()
    dialers.stop()
  }
}
