import type { yamux } from '@chainsafe/libp2p-yamux'
import type { MessageStream, StreamMuxer } from '@libp2p/interface'

export type Yamux = ReturnType<typeof yamux>

/** A muxer of which each one that is made is adapted before its first frame. */
export function adaptedMuxer(
  create: Yamux,
  adapt: (muxer: StreamMuxer, connection: MessageStream) => void
): Yamux {
  return () => {
    const factory = create()
    return {
      protocol: factory.protocol,
      createStreamMuxer(connection) {
        const muxer = factory.createStreamMuxer(connection)
        adapt(muxer, connection)
        return muxer
      }
    }
  }
}
