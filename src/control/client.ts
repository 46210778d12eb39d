import { connect, type Socket } from 'node:net'
import { ERRORS, type ErrorCode, PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { deadline } from '../time/deadline.ts'
import { type Scheduler, systemScheduler } from '../time/scheduler.ts'
import type { NodeEvent } from './events.ts'
import { LineSplitter } from './frame.ts'
import type { MethodName, ParamsOf, ResultOf } from './methods/index.ts'
import type { RecordChanged } from './record-changed.ts'

export interface CallInit {
  readonly signal?: AbortSignal
  /** Milliseconds; `rpcCallMsDefault` when left out. */
  readonly timeoutMs?: number
}

type Arguments<Name extends MethodName> =
  Record<never, never> extends ParamsOf<Name>
    ? [params?: ParamsOf<Name>, init?: CallInit]
    : [params: ParamsOf<Name>, init?: CallInit]

export interface Subscription {
  readonly subscriptionId: string
  readonly cursor: string
  /** Rejects with `EVENTS_LAGGED` or `CONNECTION_CLOSED`; resolves after `close`. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

export interface ControlClient {
  /**
   * Calls a method. Throws the error of the node under its own code, `TIMEOUT` after `timeoutMs`,
   * `CONNECTION_CLOSED`, or the reason of the signal.
   */
  call<Name extends MethodName>(name: Name, ...rest: Arguments<Name>): Promise<ResultOf<Name>>
  /** The same for a method and parameters that are not known before. */
  callAny(name: string, params?: unknown, init?: CallInit): Promise<unknown>
  subscribe(
    params: ParamsOf<'events.subscribe'>,
    onEvent: (event: NodeEvent) => void
  ): Promise<Subscription>
  /** The same for the versions of one record. */
  watchRecord(
    params: ParamsOf<'record.watch'>,
    onChange: (change: RecordChanged) => void
  ): Promise<Subscription>
  close(): void
}

export interface ClientInit {
  readonly scheduler?: Scheduler
}

/**
 * Connects to a daemon. This module imports types of the methods only, none of their schemas: it
 * is on the start path of every command.
 *
 * Throws `DAEMON_UNREACHABLE`.
 */
export function connectControl(path: string, init: ClientInit = {}): Promise<ControlClient> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    const fail = (error: NodeJS.ErrnoException) => {
      reject(new PeerageError('DAEMON_UNREACHABLE', { socket: path, reason: error.code }, error))
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      socket.off('error', fail)
      resolve(new Client(socket, init.scheduler ?? systemScheduler))
    })
  })
}

type Opened = ResultOf<'events.subscribe'>

const CLOSED_BY = {
  'events.subscribe': 'events.unsubscribe',
  'record.watch': 'record.unwatch'
} as const

interface Pending {
  /** Runs before anything that follows in the same chunk is looked at. */
  resolve(result: unknown): void
  reject(error: unknown): void
}

interface Listener {
  onEvent(event: Record<string, unknown>): void
  end(error?: unknown): void
}

class Client implements ControlClient {
  readonly #socket: Socket
  readonly #scheduler: Scheduler
  readonly #lines = new LineSplitter(LIMITS.rpcBacklogBytesMax)
  readonly #decoder = new TextDecoder()
  readonly #pending = new Map<number, Pending>()
  readonly #listeners = new Map<string, Listener>()
  #nextId = 1
  #closed: PeerageError | undefined

  constructor(socket: Socket, scheduler: Scheduler) {
    this.#socket = socket
    this.#scheduler = scheduler
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    socket.on('error', (error) => this.#end(new PeerageError('CONNECTION_CLOSED', {}, error)))
    socket.on('close', () => this.#end(new PeerageError('CONNECTION_CLOSED')))
  }

  call<Name extends MethodName>(name: Name, ...rest: Arguments<Name>): Promise<ResultOf<Name>> {
    const [params, init] = rest
    // The daemon that answers is of this package; its results are checked by its tests.
    return this.callAny(name, params, init) as Promise<ResultOf<Name>>
  }

  callAny(name: string, params: unknown = {}, init: CallInit = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#request(name, params, init, { resolve, reject })
    })
  }

  subscribe(
    params: ParamsOf<'events.subscribe'>,
    onEvent: (event: NodeEvent) => void
  ): Promise<Subscription> {
    return this.#open('events.subscribe', params, (event) => onEvent(event as unknown as NodeEvent))
  }

  watchRecord(
    params: ParamsOf<'record.watch'>,
    onChange: (change: RecordChanged) => void
  ): Promise<Subscription> {
    return this.#open('record.watch', params, (change) =>
      onChange(change as unknown as RecordChanged)
    )
  }

  #open(
    method: keyof typeof CLOSED_BY,
    params: unknown,
    onEvent: Listener['onEvent']
  ): Promise<Subscription> {
    return new Promise((resolve, reject) => {
      const listen = (result: unknown) =>
        resolve(this.#listen(CLOSED_BY[method], result as Opened, onEvent))
      this.#request(method, params, {}, { resolve: listen, reject })
    })
  }

  close(): void {
    this.#end(new PeerageError('CANCELED'))
    this.#socket.destroy()
  }

  #request(name: string, params: unknown, init: CallInit, pending: Pending): void {
    if (this.#closed !== undefined) {
      pending.reject(this.#closed)
      return
    }
    const id = this.#nextId++
    const limit = deadline(this.#scheduler, init.timeoutMs ?? LIMITS.rpcCallMsDefault, init.signal)
    const settle = (run: () => void) => {
      this.#pending.delete(id)
      limit.signal.removeEventListener('abort', abort)
      limit.release()
      run()
    }
    const abort = () => settle(() => pending.reject(limit.signal.reason))
    this.#pending.set(id, {
      resolve: (result) => settle(() => pending.resolve(result)),
      reject: (error) => settle(() => pending.reject(error))
    })
    limit.signal.addEventListener('abort', abort)
    if (limit.signal.aborted) abort()
    else this.#socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: name, params })}\n`)
  }

  #listen(
    method: 'events.unsubscribe' | 'record.unwatch',
    { subscriptionId, cursor }: Opened,
    onEvent: Listener['onEvent']
  ): Subscription {
    const ended = new Promise<void>((resolve, reject) => {
      const end = (error?: unknown) => (error === undefined ? resolve() : reject(error))
      this.#listeners.set(subscriptionId, { onEvent, end })
    })
    // Whoever does not wait for the end must not be ended by it.
    ended.catch(() => {})
    const close = async () => {
      await this.call(method, { subscriptionId })
      this.#listeners.get(subscriptionId)?.end()
      this.#listeners.delete(subscriptionId)
    }
    return { subscriptionId, cursor, ended, close }
  }

  #receive(chunk: Uint8Array): void {
    if (this.#closed !== undefined) return
    this.#lines.push(chunk)
    for (;;) {
      const line = this.#lines.next()
      if (line === 'incomplete') return
      const message = line === 'oversize' ? undefined : parseMessage(this.#decoder.decode(line))
      if (message === undefined) break
      this.#handle(message)
    }
    // Whoever listens there is no daemon of this package.
    this.#end(new PeerageError('CONNECTION_CLOSED', { reason: 'protocol' }))
    this.#socket.destroy()
  }

  #handle({ id, method, params, result, error }: Record<string, unknown>): void {
    if (typeof method === 'string') {
      if (isRecord(params)) this.#notified(method, params)
      return
    }
    if (typeof id === 'number') {
      const pending = this.#pending.get(id)
      if (isRecord(error)) pending?.reject(toError(error))
      else pending?.resolve(result)
      return
    }
    // Without an id it is about the connection, which the daemon is closing.
    if (isRecord(error)) this.#end(toError(error))
  }

  #notified(method: string, { subscriptionId, ...event }: Record<string, unknown>): void {
    const listener = this.#listeners.get(String(subscriptionId))
    if (method === 'events.event' || method === 'record.changed') listener?.onEvent(event)
    if (method === 'events.lagged' && isRecord(event['error']))
      listener?.end(toError(event['error']))
  }

  #end(error: PeerageError): void {
    if (this.#closed !== undefined) return
    this.#closed = error
    for (const { reject } of this.#pending.values()) reject(error)
    for (const { end } of this.#listeners.values()) end(error)
    this.#listeners.clear()
    this.#socket.end()
  }
}

/** The error of the node, with its own code; a code that this version lacks becomes `INTERNAL`. */
function toError({ data, code: number, message }: Record<string, unknown>): PeerageError {
  const { code, layer: _, hint: __, retryable: ___, ...details } = isRecord(data) ? data : {}
  if (typeof code === 'string' && Object.hasOwn(ERRORS, code)) {
    return new PeerageError(code as ErrorCode, details)
  }
  return new PeerageError('INTERNAL', { ...details, code, number, message })
}

function parseMessage(text: string): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(text)
    return isRecord(message) ? message : undefined
  } catch {
    // Not JSON, which the caller answers.
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
