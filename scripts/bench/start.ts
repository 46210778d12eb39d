import { Installation, runNode } from './daemons.ts'
import { type Bench, compare } from './measure.ts'

/** Whole processes: how long a user waits. Every subject warms its own compile cache in round one. */
export const bench: Bench = async ({ rounds }) => {
  const installation = await Installation.create()
  try {
    const idle = await installation.found()
    await installation.join(idle, 'member')
    const home = ['--home', idle.home]
    const wall = (run: () => Promise<unknown>) => async () => {
      const start = performance.now()
      await run()
      return { 'wall ms': performance.now() - start }
    }
    const comparison = await compare({
      title: 'start of a process',
      rounds: Math.max(rounds, 12),
      subjects: [
        { name: 'node -e 0', run: wall(() => runNode(['-e', '0'])) },
        {
          name: 'up until ready',
          run: async () => {
            const daemon = await installation.up('member')
            await daemon.stop()
            return { 'wall ms': daemon.startMs }
          }
        },
        { name: 'status', run: wall(() => installation.run(['status', ...home])) },
        { name: 'version', run: wall(() => installation.run(['version'])) }
      ],
      goals: [
        { subject: 'up until ready', figure: 'wall ms', to: 'node -e 0', atMost: 6 },
        { subject: 'status', figure: 'wall ms', to: 'node -e 0', atMost: 8 }
      ]
    })
    return [comparison]
  } finally {
    await installation.end()
  }
}
