/** One end of the connections of handshake.ts: `handshake-worker.ts certified|plain|mtls ROLE NOW`. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { argv } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, createServer } from 'node:tls'
import type { Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { type BenchNetwork, createBenchNetwork, type Role } from './bench-network.ts'
import { spreadOf } from './measure.ts'
import { createPlainHost } from './plain-host.ts'
import { tlsIdentity } from './tls-identity.ts'
import { answerQuestions, cpuMs } from './worker.ts'

/** Dials so often, one after the other; without a target it tells its own and its CPU time. */
export interface HandshakeQuestion {
  readonly target?: string
  readonly dials?: number
}

export interface HandshakeAnswer {
  readonly address: string
  /** Of this process since it started. */
  readonly cpuMs: number
  /** Median, in ms, until the dialer may use the connection. */
  readonly dialMs: number
  /** Median of the same and of closing it again. */
  readonly cycleMs: number
}

interface End {
  readonly address: string
  dial(target: string): Promise<Dialed>
}

interface Dialed {
  /** What the host does with a new connection by itself has ended. */
  settled(): Promise<void>
  close(): Promise<unknown>
}

const [, , kind = '', role = 'dialer', now = ''] = argv as [string, string, string?, Role?, string?]
const end = await openEnd(await createBenchNetwork(Number(now)))

answerQuestions(async ({ target, dials = 0 }: HandshakeQuestion): Promise<HandshakeAnswer> => {
  const dialed: number[] = []
  const cycles: number[] = []
  for (let i = 0; target !== undefined && i < dials; i++) {
    const start = performance.now()
    const connection = await end.dial(target)
    const dialMs = performance.now() - start
    await connection.settled()
    const closeStart = performance.now()
    await connection.close()
    dialed.push(dialMs)
    cycles.push(dialMs + performance.now() - closeStart)
    // The listener closes its end before the next one comes.
    await sleep(1)
  }
  return {
    address: end.address,
    cpuMs: cpuMs(),
    dialMs: spreadOf(dialed).median,
    cycleMs: spreadOf(cycles).median
  }
})

async function openEnd(network: BenchNetwork): Promise<End> {
  if (kind === 'mtls') return await openTls(network)
  if (kind === 'plain') {
    const libp2p = await createPlainHost(network.identities[role].key)
    await libp2p.start()
    return libp2pEnd(libp2p)
  }
  const host = await network.host(role)
  await host.start()
  return libp2pEnd(host.libp2p)
}

function libp2pEnd(libp2p: Libp2p): End {
  return {
    address: `${libp2p.getMultiaddrs()[0]}`,
    async dial(target) {
      const connection = await libp2p.dial(multiaddr(target))
      return {
        async settled() {
          do await sleep(2)
          while (connection.streams.length > 0)
        },
        close: async () => connection.close()
      }
    }
  }
}

async function openTls(network: BenchNetwork): Promise<End> {
  const identity = tlsIdentity(network, role)
  const server = createServer({ ...identity, requestCert: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.resume()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    address: String((server.address() as AddressInfo).port),
    async dial(target) {
      const socket = connect({ ...identity, port: Number(target), host: '127.0.0.1' })
      await once(socket, 'secureConnect')
      socket.resume()
      return {
        settled: async () => sleep(2),
        close: async () => once(socket.end(), 'close')
      }
    }
  }
}
