/** One end of the transfers of throughput.ts: `throughput-worker.ts KIND ROLE NOW`. */
import { once } from 'node:events'
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer } from 'node:net'
import { argv, memoryUsage } from 'node:process'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import type { Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { LIMITS } from '../../src/limits.ts'
import { receive, sendAll } from '../../src/overlay/flow.ts'
import { type BenchNetwork, createBenchNetwork, type Role } from './bench-network.ts'
import { createPlainHost } from './plain-host.ts'
import { tlsIdentity } from './tls-identity.ts'
import { answerQuestions, cpuMs } from './worker.ts'

const PROTOCOL = '/bench/sink/1.0.0'
/** A full collection takes longer than a piece. */
const LOOK_EVERY = 20
const CHUNK = new Uint8Array(LIMITS.streamWindowBytesInitial)

/** Sends so many bytes to the target, or without one tells what this end has seen. */
export interface TransferQuestion {
  readonly target?: string
  readonly bytes?: number
  /** What the reader of the target waits after each piece; from then on. */
  readonly slowMs?: number
}

export interface TransferAnswer {
  readonly address: string
  readonly cpuMs: number
  /** Until the reader at the other end had everything and said so. */
  readonly elapsedMs: number
  /** Bytes of transfers that were read to their end. */
  readonly received: number
  readonly transfers: number
  /** The most that was held while a slow reader read, garbage collected, in bytes. */
  readonly heldMax: number
}

interface End {
  readonly address: string
  /** Resolves when the other end has read everything. */
  send(target: string, bytes: number): Promise<void>
}

const seen = { received: 0, transfers: 0, heldMax: 0 }
let slowMs = 0

const [, , kind = '', role = 'dialer', now = ''] = argv as [string, string, string?, Role?, string?]
const end = await openEnd(await createBenchNetwork(Number(now)))

answerQuestions(async (question: TransferQuestion): Promise<TransferAnswer> => {
  slowMs = question.slowMs ?? slowMs
  const start = performance.now()
  if (question.target !== undefined) await end.send(question.target, question.bytes ?? 0)
  const elapsedMs = performance.now() - start
  return { address: end.address, cpuMs: cpuMs(), elapsedMs, ...seen }
})

async function openEnd(network: BenchNetwork): Promise<End> {
  if (kind === 'tcp' || kind === 'tls') return await openSocket(network)
  const libp2p = kind === 'plain' ? await openPlain(network) : await openCertified(network)
  return await openLibp2p(libp2p)
}

async function openPlain(network: BenchNetwork): Promise<Libp2p> {
  const libp2p = await createPlainHost(network.identities[role].key)
  await libp2p.start()
  return libp2p
}

async function openCertified(network: BenchNetwork): Promise<Libp2p> {
  const host = await network.host(role)
  await host.start()
  return host.libp2p
}

async function openLibp2p(libp2p: Libp2p): Promise<End> {
  await libp2p.handle(PROTOCOL, async (stream) => {
    await drain(receive(stream))
    await sendAll(stream, done())
  })
  return {
    address: `${libp2p.getMultiaddrs()[0]}`,
    async send(target, bytes) {
      const connection = await libp2p.dial(multiaddr(target))
      const stream = await connection.newStream(PROTOCOL)
      const answer = receive(stream)
      await sendAll(stream, chunks(bytes))
      for await (const _ of answer);
    }
  }
}

async function openSocket(network: BenchNetwork): Promise<End> {
  const identity = tlsIdentity(network, role)
  const take = (socket: Duplex) => {
    socket.on('error', () => socket.destroy())
    void drain(socket).then(() => socket.end(Uint8Array.of(1)))
  }
  const options = { allowHalfOpen: true }
  const server =
    kind === 'tcp'
      ? createTcpServer(options, take)
      : createTlsServer({ ...options, ...identity, requestCert: true }, take)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    address: String((server.address() as AddressInfo).port),
    async send(target, bytes) {
      const to = { ...options, port: Number(target), host: '127.0.0.1' }
      const socket = kind === 'tcp' ? connectTcp(to) : connectTls({ ...to, ...identity })
      await once(socket, kind === 'tcp' ? 'connect' : 'secureConnect')
      for await (const chunk of chunks(bytes)) {
        if (!socket.write(chunk)) await once(socket, 'drain')
      }
      socket.end()
      for await (const _ of socket);
    }
  }
}

async function* chunks(bytes: number): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    yield left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK
  }
}

async function* done(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1)
}

async function drain(source: AsyncIterable<Uint8Array>): Promise<void> {
  let bytes = 0
  let pieces = 0
  for await (const chunk of source) {
    bytes += chunk.byteLength
    if (slowMs > 0) {
      await sleep(slowMs)
      if (++pieces % LOOK_EVERY === 0) seen.heldMax = Math.max(seen.heldMax, heldBytes())
    }
  }
  seen.received += bytes
  seen.transfers++
}

/** Heap and what it holds outside of itself; asked right before the last piece, too. */
function heldBytes(): number {
  ;(globalThis as { gc?: () => void }).gc?.()
  const { heapUsed, external } = memoryUsage()
  return heapUsed + external
}
