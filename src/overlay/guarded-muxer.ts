import type { MessageStream, StreamMessageEvent, StreamMuxer } from '@libp2p/interface'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { Clock } from '../time/clock.ts'
import { adaptedMuxer, type Yamux } from './adapted-muxer.ts'
import type { Defense } from './defense.ts'
import { MuxerBudget } from './muxer-budget.ts'

/** What every byte passes through in both directions; not in the public type of the muxer. */
interface MuxerDoors {
  onData(data: StreamMessageEvent['data']): void
  sendFrame(header: unknown, data?: unknown): boolean
}

export interface GuardedMuxerInit {
  readonly clock: Pick<Clock, 'monotonic'>
  readonly without: ReadonlySet<Defense>
}

/**
 * A muxer that ends a connection which spends more than its {@link MuxerBudget}, or does not read
 * what it makes this node send: answers to pings and refused streams wait in memory without bound.
 */
export function guardedMuxer(create: Yamux, { clock, without }: GuardedMuxerInit): Yamux {
  if (without.has('muxer-budget')) return create
  const frameBytesMax = without.has('frame-bounds')
    ? Number.POSITIVE_INFINITY
    : LIMITS.streamWindowBytesMax
  return adaptedMuxer(create, (muxer, connection) =>
    guard(muxer, connection, new MuxerBudget(clock, frameBytesMax))
  )
}

function guard(muxer: StreamMuxer, connection: MessageStream, budget: MuxerBudget): void {
  const doors = muxer as StreamMuxer & MuxerDoors
  const onData = doors.onData.bind(muxer)
  const sendFrame = doors.sendFrame.bind(muxer)
  // What is thrown here ends muxer and connection with that reason.
  doors.onData = (data) => {
    budget.spend(data)
    onData(data)
  }
  doors.sendFrame = (header, data) => {
    const hasRoom = sendFrame(header, data)
    if (connection.writeBufferLength > LIMITS.connectionWriteBufferBytesMax) {
      // Not from within: the muxer is in the middle of a frame.
      queueMicrotask(() => connection.abort(new PeerageError('OVERLOADED')))
    }
    return hasRoom
  }
}
