import type { Socket } from 'node:net'
import { PeerageError, toPeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { CancelTimer, Scheduler } from '../time/scheduler.ts'
import type { SocketRole } from './access.ts'
import type { EventSource } from './events.ts'
import { LineSplitter } from './frame.ts'
import type { LateDispatcher } from './late-dispatcher.ts'
import { Restrictions } from './restrictions.ts'
import { encodeError, JSON_RPC, type RpcError, rpcErrorOf, toRpcError } from './rpc-error.ts'
import { SUBSCRIBE, Subscriptions } from './subscriptions.ts'
import type { TokenBook } from './token-book.ts'

export interface ConnectionComponents {
  readonly dispatcher: Pick<LateDispatcher, 'answer' | 'turns'>
  /** Bytes of one line; none with `rpc-bounds` left out. */
  readonly frameBytesMax: number
  readonly events: EventSource
  readonly scheduler: Scheduler
  readonly tokens: Pick<TokenBook, 'judge'>
}

export interface ConnectionInit {
  readonly id: string
  readonly role: SocketRole
  readonly socket: Socket
}

const LINE_FEED = 0x0a

/**
 * One client. Its bytes are read only while its answers leave and fewer than
 * `rpcInFlightPerConnectionMax` of its requests are under way, so what it can make this process
 * hold is bounded: one line, the requests in flight, and `rpcBacklogBytesMax` of unread answers.
 */
export class Connection {
  readonly #components: ConnectionComponents
  readonly #id: string
  readonly #role: SocketRole
  readonly #socket: Socket
  readonly #lines: LineSplitter
  readonly #subscriptions: Subscriptions
  readonly #restrictions: Restrictions
  /** Ends the calls of this client when it goes away. */
  readonly #gone = new AbortController()
  #inFlight = 0
  /** The event loop goes round before the next line is looked at. */
  #awaitsTurn = false
  /** One line may be looked at, however much others have waiting. */
  #hasTurn = false
  #isClosing = false
  /** Takes no further requests. */
  #isFinishing = false
  /** The client sends no further bytes. */
  #hasEnded = false
  #outbox = ''
  #cancelIdle: CancelTimer | undefined
  #cancelStall: CancelTimer | undefined
  #cancelFlush: CancelTimer | undefined

  constructor(components: ConnectionComponents, { id, role, socket }: ConnectionInit) {
    this.#components = components
    this.#id = id
    this.#role = role
    this.#socket = socket
    this.#lines = new LineSplitter(components.frameBytesMax)
    this.#restrictions = new Restrictions(components.tokens, role === 'delegate')
    this.#subscriptions = new Subscriptions(components.events, {
      notify: (method, params) => this.#notify(method, params),
      cut: () => this.cut()
    })
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    socket.on('drain', () => this.#drained())
    socket.on('end', () => this.#ended())
    // `close` follows and does the work; without a listener the error would end the process.
    socket.on('error', () => {})
    socket.on('close', () => this.#closed())
  }

  /**
   * Ends the calls under way and the connection, after `error` if there is one. What was sent
   * before still has `rpcFlushMs` to leave.
   */
  cut(error?: RpcError): void {
    if (this.#isClosing) return
    this.#isClosing = true
    this.#gone.abort(new PeerageError('CANCELED'))
    this.#subscriptions.endAll()
    this.#cancelIdle?.()
    this.#flush()
    this.#socket.end(error === undefined ? '' : `${encodeError(null, error)}\n`)
    // Bytes that still come are read and dropped: closing over unread ones would reset the client
    // before it has read the reason.
    this.#socket.resume()
    this.#cancelFlush?.()
    const { scheduler } = this.#components
    this.#cancelFlush = scheduler.after(LIMITS.rpcFlushMs, () => this.#socket.destroy())
  }

  /** Lets the calls under way end and their answers leave, then ends the connection. */
  finish(): void {
    if (this.#isClosing) return
    this.#isFinishing = true
    this.#gone.abort(new PeerageError('CANCELED'))
    const { scheduler } = this.#components
    this.#cancelFlush = scheduler.after(LIMITS.rpcFlushMs, () => this.cut())
    this.#work()
  }

  #receive(chunk: Uint8Array): void {
    if (this.#isClosing) return
    this.#lines.push(chunk)
    this.#work()
  }

  #work(): void {
    let line = this.#take()
    while (line !== undefined) {
      this.#answer(line)
      line = this.#take()
    }
    if (this.#isClosing) return
    if (this.#inFlight === 0 && (this.#isFinishing || (this.#hasEnded && !this.#isBusy()))) {
      this.cut()
    } else if (this.#isBusy()) {
      this.#socket.pause()
      this.#cancelIdle?.()
      this.#cancelIdle = undefined
    } else {
      this.#socket.resume()
      this.#watchIdle()
    }
  }

  /** The next line to work on; blank ones are skipped. */
  #take(): Uint8Array | undefined {
    while (!this.#isClosing && !this.#isBusy()) {
      if (!this.#hasTurn && this.#components.dispatcher.turns.isSpent) {
        this.#awaitTurn()
        return undefined
      }
      this.#hasTurn = false
      const line = this.#lines.next()
      if (line === 'incomplete') return undefined
      this.#cancelIdle?.()
      this.#cancelIdle = undefined
      if (line === 'oversize') {
        const { rpcFrameBytesMax: bytesMax } = LIMITS
        this.cut(rpcErrorOf('FRAME_TOO_LARGE', { bytesMax }))
        return undefined
      }
      if (line.some((byte) => byte > 0x20)) return line
    }
    return undefined
  }

  #awaitTurn(): void {
    this.#awaitsTurn = true
    void this.#components.dispatcher.turns.take(this.#id).then(() => {
      this.#awaitsTurn = false
      this.#hasTurn = true
      this.#work()
    })
  }

  #isBusy(): boolean {
    return (
      this.#isFinishing ||
      this.#awaitsTurn ||
      this.#socket.writableNeedDrain ||
      this.#inFlight >= LIMITS.rpcInFlightPerConnectionMax
    )
  }

  #answer(line: Uint8Array): void {
    this.#inFlight++
    const caller = {
      id: this.#id,
      role: this.#role,
      signal: this.#gone.signal,
      subscriptions: this.#subscriptions,
      restrictions: this.#restrictions
    }
    void this.#components.dispatcher.answer(line, caller).then(({ text, after }) => {
      this.#inFlight--
      if (this.#isClosing) return
      if (text !== undefined) this.#send(text)
      for (const run of after) run()
      this.#work()
    })
  }

  /** A subscription is a right like any other: it ends with the token that gave it. */
  #notify(method: string, params: Readonly<Record<string, unknown>>): boolean {
    try {
      this.#restrictions.require(SUBSCRIBE)
    } catch (thrown) {
      this.cut(toRpcError(toPeerageError(thrown)))
      return false
    }
    return this.#send(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }

  /** False when the client does not keep up. Answers that become ready together leave in one write. */
  #send(text: string): boolean {
    if (this.#isClosing) return false
    if (this.#outbox === '') queueMicrotask(() => this.#flush())
    this.#outbox += `${text}\n`
    if (this.#outbox.length >= this.#socket.writableHighWaterMark) this.#flush()
    return !this.#socket.writableNeedDrain
  }

  #flush(): void {
    if (this.#outbox === '' || !this.#socket.writable) return
    const hasRoom = this.#socket.write(this.#outbox)
    this.#outbox = ''
    if (this.#socket.writableLength > LIMITS.rpcBacklogBytesMax) this.#socket.destroy()
    else if (!hasRoom) this.#watchStall()
  }

  #drained(): void {
    this.#cancelStall?.()
    this.#cancelStall = undefined
    if (this.#isClosing) return
    this.#subscriptions.resumeAll()
    this.#work()
  }

  /** A client that does not read its answers gives its place free. */
  #watchStall(): void {
    const { scheduler } = this.#components
    this.#cancelStall ??= scheduler.after(LIMITS.rpcStallMs, () => this.#socket.destroy())
  }

  /** Half a line may wait for its rest, counted from its first byte, but not forever. */
  #watchIdle(): void {
    if (this.#lines.pending === 0 || this.#cancelIdle !== undefined) return
    const { scheduler } = this.#components
    this.#cancelIdle = scheduler.after(LIMITS.rpcHalfRequestIdleMs, () => {
      this.cut(rpcErrorOf('REQUEST_MALFORMED', { reason: 'incomplete' }, JSON_RPC.parseError))
    })
  }

  /**
   * The client sends no more. `echo … | nc -U` still reads its answer; a client that is gone does
   * not. A write of nothing tells them apart: it fails with EPIPE only where the other side has
   * closed both directions, and `close` follows.
   */
  #ended(): void {
    this.#hasEnded = true
    if (this.#isClosing) return
    this.#socket.write(new Uint8Array(0))
    // A last line needs no line feed.
    if (this.#lines.pending > 0) this.#lines.push(Uint8Array.of(LINE_FEED))
    this.#work()
  }

  #closed(): void {
    this.#isClosing = true
    this.#cancelIdle?.()
    this.#cancelStall?.()
    this.#cancelFlush?.()
    this.#subscriptions.endAll()
    this.#gone.abort(new PeerageError('CANCELED'))
  }
}
