import type { Server, Socket } from 'node:net'
import { LIMITS } from '../limits.ts'
import type { Logger } from '../log.ts'
import type { Defense } from '../overlay/defense.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { SocketRole } from './access.ts'
import { Connection, type ConnectionComponents } from './connection.ts'
import type { EventSource } from './events.ts'
import { LateDispatcher, type LateDispatcherComponents } from './late-dispatcher.ts'
import { encodeError, rpcErrorOf } from './rpc-error.ts'
import { openSocket, type SocketPlace } from './socket.ts'
import type { TokenBook } from './token-book.ts'

export interface ControlComponents extends LateDispatcherComponents {
  readonly events: EventSource
  readonly tokens: Pick<TokenBook, 'judge'>
  readonly scheduler: Scheduler
}

export interface ControlSocket extends SocketPlace {
  readonly role: SocketRole
}

export interface ControlServerInit {
  /** Version of this software. */
  readonly version: string
  readonly sockets: readonly ControlSocket[]
  /** Bounds left out, by the control of an attack only. */
  readonly without?: ReadonlySet<Defense>
}

export interface ControlServer {
  /** Ends calls with `CANCELED`, lets answers leave for `rpcFlushMs`, removes the sockets. */
  stop(): Promise<void>
}

/** Serves the methods on Unix sockets. Throws what `openSocket` throws; then none is open. */
export async function serveControl(
  components: ControlComponents,
  { version, sockets, without }: ControlServerInit
): Promise<ControlServer> {
  const dispatcher = new LateDispatcher(components, version)
  const { scheduler, logger, tokens, events } = components
  const frameBytesMax =
    without?.has('rpc-bounds') === true ? Number.POSITIVE_INFINITY : LIMITS.rpcFrameBytesMax
  const listeners: Listener[] = []
  const stop = async () => {
    dispatcher.stop()
    await Promise.all(listeners.map((listener) => listener.stop()))
  }
  try {
    for (const place of sockets) {
      const server = await openSocket(place)
      const parts = { dispatcher, scheduler, tokens, events, frameBytesMax }
      listeners.push(new Listener(parts, { server, role: place.role, logger }))
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { stop }
}

interface ListenerInit {
  readonly server: Server
  readonly role: SocketRole
  readonly logger: Logger
}

/** One socket with the clients that came through it. */
class Listener {
  readonly #components: ConnectionComponents
  readonly #server: Server
  readonly #role: SocketRole
  readonly #connections = new Set<Connection>()
  #accepted = 0

  constructor(components: ConnectionComponents, { server, role, logger }: ListenerInit) {
    this.#components = components
    this.#server = server
    this.#role = role
    server.on('connection', (socket) => this.#accept(socket))
    // Out of descriptors, for example: the clients that are connected go on.
    server.on('error', (error: NodeJS.ErrnoException) => {
      logger.warn('control.accept-failed', { role, error: error.code })
    })
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      for (const connection of this.#connections) connection.finish()
    })
  }

  #accept(socket: Socket): void {
    if (this.#connections.size >= LIMITS.rpcConnectionsMax) {
      const { rpcConnectionsMax: connectionsMax } = LIMITS
      socket.on('error', () => {
        // The client was refused; whether it reads why is its own affair.
      })
      socket.end(`${encodeError(null, rpcErrorOf('OVERLOADED', { connectionsMax }))}\n`)
      socket.destroySoon()
      return
    }
    const id = `${this.#role}-${++this.#accepted}`
    const connection = new Connection(this.#components, { id, role: this.#role, socket })
    this.#connections.add(connection)
    socket.on('close', () => this.#connections.delete(connection))
  }
}
