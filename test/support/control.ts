import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type ControlClient, connectControl } from '../../src/control/client.ts'
import { createEventHub, type EventHub } from '../../src/control/events.ts'
import type { NodeApi } from '../../src/control/node-api.ts'
import { type ControlServer, serveControl } from '../../src/control/server.ts'
import { createTokenBook, type TokenBook } from '../../src/control/token-book.ts'
import type { LogFields, Logger } from '../../src/log.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { createTokenStore } from '../../src/storage/token-store.ts'
import { fakeNodeApi, type NodeOverrides } from './fake-node-api.ts'
import { FakeTime } from './fake-time.ts'
import { seededRandom } from './seeded-random.ts'

export interface TestControl {
  readonly directory: string
  readonly control: string
  readonly observe: string
  readonly delegate: string
  readonly tokens: TokenBook
  readonly time: FakeTime
  readonly hub: EventHub
  readonly log: LogLine[]
  readonly server: ControlServer
  readonly api: NodeApi
  /** A line-wise client without any checks of its own. */
  raw(path?: string): Promise<RawClient>
  client(path?: string): Promise<ControlClient>
}

export interface LogLine {
  readonly level: string
  readonly event: string
  readonly fields: LogFields
}

/** A real server on real sockets in a directory of its own, with a fake node and fake time. */
export async function testControl(
  t: TestContext,
  overrides: NodeOverrides = {}
): Promise<TestControl> {
  const directory = testDirectory(t)
  const time = new FakeTime()
  const hub = createEventHub({ clock: time })
  const log: LogLine[] = []
  const api = fakeNodeApi(hub, overrides)
  const control = join(directory, 'control.sock')
  const observe = join(directory, 'observe.sock')
  const delegate = join(directory, 'delegate.sock')
  const uid = process.getuid?.() ?? 0
  const store = createTokenStore(openDatabase(':memory:'))
  // The token in the example of rpc.authenticate.
  store.add({
    ...{
      id: '0'.repeat(16),
      rootKey: new Uint8Array(32),
      methods: ['peer.list'],
      readsOnly: false
    },
    ...{ createdAt: time.now(), expiresAt: time.now() + 60_000 }
  })
  const tokens = createTokenBook({
    store,
    clock: time,
    random: seededRandom('tokens')
  })
  const server = await serveControl(
    {
      api: async () => api,
      events: hub,
      tokens,
      clock: time,
      scheduler: time,
      random: seededRandom('control'),
      logger: recorder(log)
    },
    {
      version: '0.1.0',
      sockets: [
        { path: control, role: 'control', mode: 0o600, uid },
        { path: observe, role: 'observe', mode: 0o600, uid },
        { path: delegate, role: 'delegate', mode: 0o660, uid }
      ]
    }
  )
  const clients: { close(): void }[] = []
  t.after(async () => {
    for (const client of clients) client.close()
    await server.stop()
  })
  const keep = <Client extends { close(): void }>(client: Client) => {
    clients.push(client)
    return client
  }
  return {
    directory,
    control,
    observe,
    delegate,
    tokens,
    time,
    hub,
    log,
    server,
    api,
    raw: async (path = control) => keep(await RawClient.connect(path)),
    client: async (path = control) => keep(await connectControl(path))
  }
}

export function testDirectory(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'peerage-control-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

function recorder(lines: LogLine[]): Logger {
  const write =
    (level: string) =>
    (event: string, fields: LogFields = {}): void => {
      lines.push({ level, event, fields })
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

interface RpcMessage {
  readonly id?: unknown
  readonly method?: string
  // Whatever the server says; tests assert on its parts.
  readonly params?: Record<string, unknown>
  readonly result?: Record<string, unknown>
  readonly error?: { code: number; message: string; data: Record<string, unknown> }
}

/** Sends anything, reads lines, and sees the connection end. */
export class RawClient {
  readonly socket: Socket
  /** Resolves when the server has ended the connection. */
  readonly closed: Promise<void>
  readonly #lines: string[] = []
  readonly #waiting: ((line: string | undefined) => void)[] = []
  #rest = ''
  #isClosed = false

  static connect(path: string): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(path)
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new RawClient(socket))
      })
    })
  }

  constructor(socket: Socket) {
    this.socket = socket
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => this.#receive(text))
    socket.on('error', () => {
      // A server that cuts a client in the middle of a write resets it; `close` follows.
    })
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true
        for (const give of this.#waiting.splice(0)) give(undefined)
        resolve()
      })
    })
  }

  send(data: string | Uint8Array): void {
    this.socket.write(data)
  }

  request(method: string, params?: unknown, id: unknown = 1): void {
    this.send(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`)
  }

  /** The next line as text; undefined once the connection has ended. */
  text(): Promise<string | undefined> {
    const line = this.#lines.shift()
    if (line !== undefined) return Promise.resolve(line)
    if (this.#isClosed) return Promise.resolve(undefined)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  async line(): Promise<RpcMessage> {
    const text = await this.text()
    if (text === undefined) throw new Error('the connection ended')
    return JSON.parse(text) as RpcMessage
  }

  async batch(): Promise<RpcMessage[]> {
    return (await this.line()) as unknown as RpcMessage[]
  }

  /** Sends a call and reads the next line. */
  ask(method: string, params?: unknown, id: unknown = 1): Promise<RpcMessage> {
    this.request(method, params, id)
    return this.line()
  }

  close(): void {
    this.socket.destroy()
  }

  #receive(text: string): void {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) {
      const give = this.#waiting.shift()
      if (give === undefined) this.#lines.push(line)
      else give(line)
    }
  }
}
