import type * as z from 'zod'
import type { ErrorCode } from '../errors.ts'
import type { Access, SocketRole } from './access.ts'
import type { CallOptions, NodeApi } from './node-api.ts'
import type { OpenRpcDocument } from './openrpc.ts'
import type { Subscriptions } from './subscriptions.ts'
import type { Token } from './token.ts'

/** What a method may use besides the node itself. */
export interface CallContext extends CallOptions {
  /** Version of this software. */
  readonly version: string
  readonly subscriptions: Subscriptions
  /** The socket that the call came through. */
  readonly role: SocketRole
  /** The document of the methods that this caller may call. */
  discover(): OpenRpcDocument
  /** Narrows what this connection may call from now on. Throws as `Restrictions.add`. */
  restrict(token: string): Token
  /** Runs once the answer to this call has been handed to the socket. */
  afterAnswer(run: () => void): void
}

/** One definition drives checks, OpenRPC, the reference, the types of the client and its tests. */
export interface Method<
  Name extends string,
  Params extends z.ZodObject,
  Result extends z.ZodObject
> {
  readonly name: Name
  readonly access: Access
  /** One sentence. */
  readonly summary: string
  /** Strict; the order of its members is the order of positional parameters. */
  readonly params: Params
  readonly result: Result
  /** Errors of this method beyond those that every call can meet. */
  readonly errors: readonly ErrorCode[]
  /** The first is what the reference shows; all are executed by the tests. */
  readonly examples: readonly Example<z.input<Params>, z.output<Result>>[]
  run(
    api: NodeApi,
    params: z.output<Params>,
    call: CallContext
  ): Promise<z.output<Result>> | z.output<Result>
}

export interface Example<Params, Result> {
  readonly params: Params
  readonly result: Result
}

export type AnyMethod = Method<string, z.ZodObject, z.ZodObject>

/** Keeps the exact types of a definition. */
export function method<
  const Name extends string,
  Params extends z.ZodObject,
  Result extends z.ZodObject
>(definition: Method<Name, Params, Result>): Method<Name, Params, Result> {
  return definition
}
