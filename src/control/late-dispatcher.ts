import { toHex } from '../encoding/bytes.ts'
import { LIMITS } from '../limits.ts'
import { Turns } from '../time/turns.ts'
import type { NodeApi } from './node-api.ts'
import type { Answer, Caller, Dispatcher, DispatcherComponents } from './rpc.ts'
import { encodeError, JSON_RPC, rpcErrorOf } from './rpc-error.ts'

export interface LateDispatcherComponents extends Omit<DispatcherComponents, 'api' | 'turns'> {
  /** Called once. */
  readonly api: () => Promise<NodeApi>
}

/**
 * Loads what answers requests with the first of them: the methods with their schemas, and the parts
 * of the node that only its callers ask for. A node is ready, and one that nobody asks rests, without.
 */
export class LateDispatcher {
  readonly #components: LateDispatcherComponents
  readonly #version: string
  /** Of all connections together: they share one event loop. */
  readonly turns: Turns
  #loading: Promise<Dispatcher> | undefined
  #loaded: Dispatcher | undefined

  constructor(components: LateDispatcherComponents, version: string) {
    this.#components = components
    this.#version = version
    this.turns = new Turns(components.clock, LIMITS.turnMs)
  }

  /** Never rejects. */
  async answer(line: Uint8Array, caller: Caller): Promise<Answer> {
    try {
      this.#loading ??= this.#load()
      this.#loaded ??= await this.#loading
    } catch (thrown) {
      // The files of the package are gone, as after an upgrade: only a restart brings them back.
      const incident = toHex(this.#components.random.bytes(8))
      const cause = thrown instanceof Error ? thrown.stack : String(thrown)
      this.#components.logger.error('control.failed', { incident, cause })
      const error = rpcErrorOf('INTERNAL', { incident }, JSON_RPC.internalError)
      return { text: encodeError(null, error), after: [] }
    }
    return await this.#loaded.answer(line, caller)
  }

  /** Ends what goes on without its caller. */
  stop(): void {
    this.#loaded?.stop()
  }

  async #load(): Promise<Dispatcher> {
    const [{ Dispatcher }, { methods }, api] = await Promise.all([
      import('./rpc.ts'),
      import('./methods/index.ts'),
      this.#components.api()
    ])
    const components = { ...this.#components, api, turns: this.turns }
    return new Dispatcher(components, { methods, version: this.#version })
  }
}
