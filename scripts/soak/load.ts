import { connect, type Socket } from 'node:net'
import type { Daemon } from '../bench/daemons.ts'

/** Steps that were done, by what they were; `CODE` of those that failed. */
export type Counts = Readonly<Record<string, number>>

/** One step in so many comes from outside and is wrong. */
const MISBEHAVIOR_EVERY = 20
/** Of each node. */
const NAMES = 50
const VALUE_BYTES = 512
/** Beyond, a slow machine would only be asked for more at once. */
const UNDER_WAY_MAX = 32
/** A socket that says nothing is held so long, unless the node ends it before. */
const SILENT_MS = 20_000

interface Load {
  counts(): Counts
  stop(): Promise<void>
}

type Step = readonly [name: string, run: (daemon: Daemon) => Promise<unknown>]

/** Steps at an even pace, each at the next daemon: what members do, and what strangers try. */
export function createLoad(daemons: readonly Daemon[], perSecond: number): Load {
  const counts = new Map<string, number>()
  const underWay = new Set<Promise<void>>()
  let turn = 0
  const timer = setInterval(() => {
    if (underWay.size >= UNDER_WAY_MAX) {
      count('held back')
      return
    }
    const daemon = daemons[turn % daemons.length]
    const isWrong = turn % MISBEHAVIOR_EVERY === MISBEHAVIOR_EVERY - 1
    const steps = isWrong ? WRONG : RIGHT
    const step = steps[Math.floor(turn / daemons.length) % steps.length]
    turn++
    if (daemon === undefined || step === undefined) return
    const running = take(daemon, step).finally(() => underWay.delete(running))
    underWay.add(running)
  }, 1000 / perSecond)

  function count(name: string): void {
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }

  async function take(daemon: Daemon, [name, run]: Step): Promise<void> {
    try {
      await run(daemon)
      count(name)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'fault'
      count(`${name}: ${code}`)
    }
  }

  // Each puts over and over under the same names, and reads what it has put last.
  const begun = new Map<Daemon, number>()
  const last = new Map<Daemon, string>()
  const put: Step = [
    'record.put',
    async (daemon) => {
      const place = (begun.get(daemon) ?? 0) + 1
      begun.set(daemon, place)
      const name = `soak-${place % NAMES}`
      const value = Buffer.alloc(VALUE_BYTES, place).toString('base64url')
      await daemon.client.call('record.put', { kind: 'note', name, value })
      last.set(daemon, name)
    }
  ]
  const get: Step = [
    'record.get',
    async (daemon) => {
      const name = last.get(daemon)
      if (name !== undefined) await daemon.client.call('record.get', { kind: 'note', name })
    }
  ]
  const RIGHT: readonly Step[] = [
    ...[put, get, get],
    ['node.status', ({ client }) => client.call('node.status', {})],
    ['peer.list', ({ client }) => client.call('peer.list', {})]
  ]
  const WRONG: readonly Step[] = [
    ['no handshake', (daemon) => send(daemon, 'GET / HTTP/1.1\r\n\r\n')],
    ['silent socket', (daemon) => send(daemon, '')],
    ['no JSON-RPC', ({ control }) => ended(connect(control), '{"jsonrpc":')]
  ]

  return {
    counts: () => Object.fromEntries([...counts].toSorted()),
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
    }
  }
}

async function send({ client }: Daemon, text: string): Promise<void> {
  const { listen } = await client.call('node.status', {})
  const [, host = '', port = ''] = /\/ip4\/([\d.]+)\/tcp\/(\d+)/.exec(listen[0] ?? '') ?? []
  await ended(connect(Number(port), host), text)
}

/** Says what it has to say, and waits until the other side has had enough. */
async function ended(socket: Socket, text: string): Promise<void> {
  const timer = setTimeout(() => socket.destroy(), SILENT_MS)
  await new Promise<void>((resolve) => {
    socket.on('error', () => resolve())
    socket.once('close', () => resolve())
    socket.resume()
    if (text !== '') socket.write(`${text}\n`)
    if (text.startsWith('{')) socket.end()
  })
  clearTimeout(timer)
}
