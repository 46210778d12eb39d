import type { Random } from '../crypto/random.ts'
import { toHex } from '../encoding/bytes.ts'
import { type ErrorCode, PeerageError, toPeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { LogFields, Logger } from '../log.ts'
import type { Clock } from '../time/clock.ts'
import type { Turns } from '../time/turns.ts'
import { mayCall, type SocketRole } from './access.ts'
import { parseRequest, type Request } from './envelope.ts'
import { IdempotentCalls } from './idempotency.ts'
import { parseJson } from './json.ts'
import type { AnyMethod, CallContext } from './method.ts'
import type { NodeApi } from './node-api.ts'
import { type OpenRpcDocument, openRpcOf } from './openrpc.ts'
import type { Restrictions } from './restrictions.ts'
import { encodeError, JSON_RPC, type RpcError, rpcErrorOf, toRpcError } from './rpc-error.ts'
import type { Subscriptions } from './subscriptions.ts'

export interface Caller {
  /** Of the connection; appears in the log with every call that changes something. */
  readonly id: string
  readonly role: SocketRole
  readonly signal: AbortSignal
  readonly subscriptions: Subscriptions
  readonly restrictions: Restrictions
}

export interface Answer {
  /** One line without its line feed; absent where nothing asked for an answer. */
  readonly text: string | undefined
  /** To be run once the answer was handed to the socket. */
  readonly after: readonly (() => void)[]
}

export interface DispatcherComponents {
  readonly api: NodeApi
  readonly clock: Clock
  readonly turns: Turns
  readonly random: Random
  readonly logger: Logger
  /** Told of every call that may change something, once it has ended. */
  readonly onCalled?: (call: EndedCall) => void
  /** Told of every call of a method that exists, with how it ended and how long it took. */
  readonly onAnswered?: (answered: AnsweredCall) => void
}

export interface AnsweredCall {
  readonly method: string
  readonly code: ErrorCode | undefined
  readonly ms: number
}

/** Who asked for what, and with what outcome; never the parameters, which can be secrets. */
export interface EndedCall {
  readonly method: string
  readonly role: SocketRole
  /** Ids of the tokens it came with; none: the socket alone. */
  readonly tokens?: string
  readonly reason?: string
  /** Why it failed. */
  readonly code?: ErrorCode
}

export interface DispatcherInit {
  readonly methods: readonly AnyMethod[]
  readonly version: string
}

/**
 * JSON-RPC 2.0 over single lines. Written here and not taken from `json-rpc-2.0`, which answers a
 * batch of one with a bare object, runs a whole batch at once without a bound on work or answers,
 * and accepts ids of any length.
 */
export class Dispatcher {
  readonly #components: DispatcherComponents
  readonly #version: string
  readonly #methods: ReadonlyMap<string, AnyMethod>
  readonly #documents = new Map<SocketRole, OpenRpcDocument>()
  readonly #once: IdempotentCalls

  constructor(components: DispatcherComponents, { methods, version }: DispatcherInit) {
    this.#components = components
    this.#version = version
    this.#once = new IdempotentCalls(components.clock)
    this.#methods = new Map(methods.map((method) => [method.name, method]))
    if (this.#methods.size !== methods.length) throw new TypeError('two methods have one name')
  }

  /** Ends what goes on without its caller. */
  stop(): void {
    this.#once.stop()
  }

  /** Never rejects: whatever a method throws is answered. */
  async answer(line: Uint8Array, caller: Caller): Promise<Answer> {
    const after: (() => void)[] = []
    const { signal, subscriptions, restrictions, role } = caller
    const call: CallContext = {
      signal,
      role,
      subscriptions,
      version: this.#version,
      discover: () => this.#discover(caller),
      restrict: (token) => restrictions.add(token),
      afterAnswer: (run) => after.push(run)
    }
    const json = parseJson(line, LIMITS.rpcDepthMax)
    if (!json.ok) {
      const { reason } = json
      const error = rpcErrorOf('REQUEST_MALFORMED', { reason }, JSON_RPC.parseError)
      return { text: encodeError(null, error), after }
    }
    const text = Array.isArray(json.value)
      ? await this.#batch(json.value, caller, call)
      : await this.#single(json.value, caller, call)
    return { text, after }
  }

  /**
   * One after the other, so that a batch counts as one request in flight and its effects come in
   * order. What no longer fits into the answer is not run.
   */
  async #batch(
    requests: readonly unknown[],
    caller: Caller,
    call: CallContext
  ): Promise<string | undefined> {
    const batchMax = LIMITS.rpcBatchMax
    if (requests.length === 0 || requests.length > batchMax) {
      const details = { reason: 'batch', requests: requests.length, batchMax }
      return encodeError(null, rpcErrorOf('REQUEST_MALFORMED', details, JSON_RPC.invalidRequest))
    }
    const answers: string[] = []
    let length = 0
    for (const value of requests) {
      await this.#components.turns.take(caller.id)
      // Nobody waits for the rest any more.
      if (caller.signal.aborted) break
      const answer =
        length < LIMITS.rpcBatchAnswerBytesMax
          ? await this.#single(value, caller, call)
          : refuseRest(value)
      if (answer === undefined) continue
      answers.push(answer)
      length += answer.length
    }
    return answers.length === 0 ? undefined : `[${answers.join(',')}]`
  }

  async #single(value: unknown, caller: Caller, call: CallContext): Promise<string | undefined> {
    const request = parseRequest(value)
    if ('error' in request) return encodeError(request.id, request.error)
    const start = this.#components.clock.monotonic()
    try {
      const result = await this.#run(request, caller, call)
      this.#tell(request.method, start)
      if (request.id === undefined) return undefined
      return JSON.stringify({ jsonrpc: '2.0', id: request.id, result })
    } catch (thrown) {
      this.#tell(request.method, start, codeOf(thrown))
      const error = this.#describe(thrown, request.method)
      return request.id === undefined ? undefined : encodeError(request.id, error)
    }
  }

  #tell(method: string, start: number, code?: ErrorCode): void {
    const { clock, onAnswered } = this.#components
    if (this.#methods.has(method)) onAnswered?.({ method, code, ms: clock.monotonic() - start })
  }

  /** May throw at once as well as later. */
  #run(request: Request, caller: Caller, call: CallContext): unknown {
    const method = this.#methods.get(request.method)
    if (method === undefined)
      throw new Refusal(rpcErrorOf('METHOD_UNKNOWN', {}, JSON_RPC.methodNotFound))
    if (!mayCall(caller.role, method.access)) {
      throw new PeerageError('METHOD_FORBIDDEN', { method: method.name })
    }
    caller.restrictions.require(method)
    const params = parseParams(method, request.params)
    if (method.access === 'observe') return method.run(this.#components.api, params, call)
    const { id: connection, role, restrictions } = caller
    const { ids: tokens, scope } = restrictions
    const { idempotencyKey: key, ...rest } = params
    const { reason } = rest
    const run = () => {
      if (!isText(key)) return method.run(this.#components.api, params, call)
      const keyed = { scope: `${role} ${scope}`, method: method.name, key, params: rest }
      return this.#once.run(keyed, (signal) =>
        method.run(this.#components.api, params, { ...call, signal })
      )
    }
    const asked = {
      ...{ role, method: method.name },
      ...(tokens === '' ? {} : { tokens }),
      ...(isText(reason) ? { reason } : {})
    }
    return this.#audited(asked, connection, run)
  }

  /** Whatever changes something or acts on the network is told, with who asked for it. */
  async #audited(
    asked: Omit<EndedCall, 'code'>,
    connection: string,
    run: () => unknown
  ): Promise<unknown> {
    const { clock, logger, onCalled } = this.#components
    const fields: LogFields = { ...asked, connection }
    const start = clock.monotonic()
    const ms = () => Math.round(clock.monotonic() - start)
    try {
      const result = await run()
      logger.info('control.called', { ...fields, ms: ms() })
      onCalled?.(asked)
      return result
    } catch (thrown) {
      const { code } = toPeerageError(thrown)
      logger.info('control.refused', { ...fields, ms: ms(), code })
      onCalled?.({ ...asked, code })
      throw thrown
    }
  }

  /** What is not a refusal is a fault of this node: told as an incident id, explained in the log. */
  #describe(thrown: unknown, method: string): RpcError {
    if (thrown instanceof Refusal) return thrown.error
    const error = toPeerageError(thrown)
    if (error.code !== 'INTERNAL') return toRpcError(error)
    const incident = toHex(this.#components.random.bytes(8))
    const cause = error.cause instanceof Error ? error.cause.stack : error.stack
    this.#components.logger.error('control.failed', { incident, method, cause })
    return rpcErrorOf('INTERNAL', { incident }, JSON_RPC.internalError)
  }

  /** What this caller may call; a caller without a token may call what its socket offers. */
  #discover({ role, restrictions }: Caller): OpenRpcDocument {
    const isNarrowed = restrictions.scope !== ''
    const known = isNarrowed ? undefined : this.#documents.get(role)
    if (known !== undefined) return known
    const methods = [...this.#methods.values()].filter(
      (method) => mayCall(role, method.access) && restrictions.allows(method)
    )
    const document = openRpcOf(methods, this.#version)
    if (!isNarrowed) this.#documents.set(role, document)
    return document
  }
}

/** An error that JSON-RPC itself defines. */
class Refusal {
  readonly error: RpcError

  constructor(error: RpcError) {
    this.error = error
  }
}

/** A refusal of JSON-RPC itself, of a method that exists, is one of its parameters. */
function codeOf(thrown: unknown): ErrorCode {
  return thrown instanceof Refusal ? 'INVALID_ARGUMENT' : toPeerageError(thrown).code
}

function parseParams(method: AnyMethod, params: Request['params']): Record<string, unknown> {
  const parsed = method.params.safeParse(named(method, params))
  if (parsed.success) return parsed.data
  throw invalidParams(
    parsed.error.issues.slice(0, LIMITS.rpcIssuesMax).map((issue) => ({
      path: clip(issue.path.join('.')),
      message: clip(issue.message)
    }))
  )
}

function named(method: AnyMethod, params: Request['params']): unknown {
  if (!isPositional(params)) return params
  const names = Object.keys(method.params.shape)
  if (params.length > names.length) {
    throw invalidParams([{ path: String(names.length), message: 'too many parameters' }])
  }
  return Object.fromEntries(params.map((value, position) => [names[position], value]))
}

function isPositional(params: Request['params']): params is readonly unknown[] {
  return Array.isArray(params)
}

function invalidParams(issues: readonly { path: string; message: string }[]): Refusal {
  return new Refusal(rpcErrorOf('INVALID_ARGUMENT', { issues }, JSON_RPC.invalidParams))
}

function refuseRest(value: unknown): string | undefined {
  const request = parseRequest(value)
  if ('error' in request) return encodeError(request.id, request.error)
  const { rpcBatchAnswerBytesMax } = LIMITS
  return request.id === undefined
    ? undefined
    : encodeError(request.id, rpcErrorOf('TOO_MANY_REQUESTS', { rpcBatchAnswerBytesMax }))
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function clip(text: string): string {
  return text.slice(0, LIMITS.rpcIssueLengthMax)
}
