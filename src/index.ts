/**
 * The library of the package: a client for the control socket of a running node.
 *
 * ```ts
 * import { connectControl } from 'peerage'
 *
 * const client = await connectControl('/home/me/.peerage/control.sock')
 * const { peers } = await client.call('node.status')
 * client.close()
 * ```
 *
 * Everything that the command line can do goes through these methods; docs/rpc.md lists them. What
 * fails throws a {@link PeerageError}, whose `code` is a key of {@link ERRORS}.
 */
export {
  type CallInit,
  type ClientInit,
  type ControlClient,
  connectControl,
  type Subscription
} from './control/client.ts'
export type { EventData, Topic } from './control/event-schemas.ts'
export type { NodeEvent } from './control/events.ts'
export type { MethodName, ParamsOf, ResultOf } from './control/methods/index.ts'
export {
  ERRORS,
  type ErrorCode,
  type ErrorDetails,
  type ErrorRow,
  EXIT,
  type Layer,
  PeerageError
} from './errors.ts'
