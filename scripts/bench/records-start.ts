import assert from 'node:assert/strict'
import { Installation } from './daemons.ts'
import { type Bench, compare } from './measure.ts'

const NODES = 20

/** Daemons that are enrolled already and start at once on one machine, until a put is on disk. */
export const bench: Bench = async ({ rounds }) => {
  const installation = await Installation.create()
  try {
    for (const daemon of await installation.network(NODES)) await daemon.stop()
    const names = ['hq', ...Array.from({ length: NODES - 1 }, (_, i) => `node-${i + 1}`)]
    let put = 0
    const comparison = await compare({
      title: `${NODES} daemons start at once`,
      rounds: Math.min(rounds, 4),
      subjects: [
        {
          name: 'daemons',
          async run() {
            const begun = performance.now()
            const daemons = await Promise.all(names.map((name) => installation.up(name)))
            const upMs = performance.now() - begun
            const [first] = daemons
            assert.ok(first !== undefined)
            await first.client.call('node.wait', { peers: 2 })
            const name = `first-${put++}`
            await first.client.call('record.put', { kind: 'note', name, text: 'hello' })
            const putMs = performance.now() - begun
            await Promise.all(daemons.map((daemon) => daemon.stop()))
            return { 'all up ms': upMs, 'until the first put is done ms': putMs }
          }
        }
      ],
      goals: [{ subject: 'daemons', figure: 'until the first put is done ms', atMost: 8000 }]
    })
    return [comparison]
  } finally {
    await installation.end()
  }
}
