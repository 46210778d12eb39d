import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Daemon, Installation, processCpuMs, residentBytes, runNode } from './daemons.ts'
import { type Bench, compare } from './measure.ts'

const NODES = 20
const IDLE_MS = 20_000
const SETTLE_MS = 5_000

/** A network of 20 daemons on this machine: what it costs to idle, and how fast a node is of use. */
export const bench: Bench = async ({ rounds }) => {
  const installation = await Installation.create()
  try {
    const start = performance.now()
    const daemons = await installation.network(NODES)
    const upMs = performance.now() - start
    const [authority, member, reader] = [daemons[0], daemons[1], daemons.at(-1)]
    assert.ok(authority !== undefined && member !== undefined && reader !== undefined)
    const put = { kind: 'note', name: 'greeting', text: 'hello' } as const
    const putStart = performance.now()
    await authority.client.call('record.put', put)
    const firstPutMs = performance.now() - putStart
    await sleep(SETTLE_MS)
    await reader.stop()
    let last: Daemon | undefined
    const comparison = await compare({
      title: `a network of ${NODES} daemons`,
      rounds,
      subjects: [
        {
          name: 'a process that starts',
          run: async () => {
            await last?.stop()
            const begun = performance.now()
            last = await installation.up(`node-${NODES - 1}`)
            const got = await firstGet(last)
            const elapsed = performance.now() - begun
            assert.equal(got.text, 'hello')
            return { 'start to first record.get ms': elapsed, 'of which start ms': last.startMs }
          }
        }
      ],
      goals: [
        { subject: 'a process that starts', figure: 'start to first record.get ms', atMost: 800 }
      ]
    })
    return [comparison, await idle(member, { upMs, firstPutMs })]
  } finally {
    await installation.end()
  }
}

/** Asked again while nobody is connected yet: a user of a fresh node does no other. */
async function firstGet({ client }: Daemon) {
  for (;;) {
    try {
      return await client.call('record.get', { kind: 'note', name: 'greeting', owner: 'hq' })
    } catch {
      await sleep(2)
    }
  }
}

async function idle(daemon: Daemon, before: { upMs: number; firstPutMs: number }) {
  const { peers } = await daemon.client.call('node.status')
  const bare = 'setInterval(() => {}, 1e6); console.log(process.memoryUsage.rss())'
  const bareBytes = Number(await runNode(['-e', bare.replace('setInterval(() => {}, 1e6);', '')]))
  const cpuBefore = processCpuMs(daemon.pid)
  await sleep(IDLE_MS)
  const cpu = (processCpuMs(daemon.pid) - cpuBefore) / IDLE_MS
  const resident = residentBytes(daemon.pid)
  return await compare({
    title: `a member's daemon, idle for ${IDLE_MS / 1000} s`,
    rounds: 2,
    subjects: [
      { name: 'node', run: async () => ({ 'RSS MB': bareBytes / 1e6 }) },
      {
        name: 'daemon',
        run: async () => ({
          connections: peers.connected,
          'CPU % of a core': cpu * 100,
          'RSS MB': resident / 1e6,
          'all up ms': before.upMs,
          'first put ms': before.firstPutMs
        })
      }
    ],
    goals: [
      { subject: 'daemon', figure: 'CPU % of a core', atMost: 0.5 },
      { subject: 'daemon', figure: 'RSS MB', atMost: 95 },
      { subject: 'daemon', figure: 'RSS MB', to: 'node', atMost: 2.2 }
    ]
  })
}
