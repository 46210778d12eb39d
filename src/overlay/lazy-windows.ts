import type { Stream, StreamMuxer } from '@libp2p/interface'
import { adaptedMuxer, type Yamux } from './adapted-muxer.ts'

/** Where the muxer makes every stream; not in its public type. */
interface StreamMaker {
  _newStream(...init: readonly unknown[]): Stream
}

/** What a stream knows of its receive window; not in the public type. */
interface WindowedStream {
  readonly state: number
  readonly recvWindow: number
  readonly recvWindowCapacity: number
  sendWindowUpdate(): void
}

/** `StreamState.Established` of yamux: neither opening nor paused. */
const ESTABLISHED = 3

/**
 * Yamux that gives window back once half of it is used, as the other implementations do. The library
 * does it after every frame: one more packet, and one more turn of the sender, for each message.
 */
export function lazyWindows(create: Yamux): Yamux {
  return adaptedMuxer(create, makeLazy)
}

function makeLazy(muxer: StreamMuxer): void {
  const maker = muxer as StreamMuxer & StreamMaker
  const newStream = maker._newStream.bind(muxer)
  maker._newStream = (...init) => withLazyWindow(newStream(...init))
}

function withLazyWindow(stream: Stream): Stream {
  const windowed = stream as Stream & WindowedStream
  const sendWindowUpdate = windowed.sendWindowUpdate.bind(stream)
  windowed.sendWindowUpdate = () => {
    const { state, recvWindow, recvWindowCapacity } = windowed
    if (state !== ESTABLISHED || recvWindowCapacity <= recvWindow / 2) sendWindowUpdate()
  }
  return stream
}
