import { yamux } from '@chainsafe/libp2p-yamux'
import type { MessageStream, StreamMuxer } from '@libp2p/interface'
import { adaptedMuxer, type Yamux } from './adapted-muxer.ts'

/** The part of yamux's muxer that every frame passes through; not in its public type. */
interface FrameSender {
  sendFrame(header: unknown, data?: unknown): boolean
}

/**
 * Yamux that outlives its connection: a frame for a connection that has ended is dropped.
 *
 * Yamux 8.0.3 opens a stream with a window update in a microtask. When the connection ends in the
 * same tick, that microtask throws where nobody can catch it, and the process ends. A test tells when
 * the library no longer does.
 */
export function survivingYamux(init: Parameters<typeof yamux>[0]): Yamux {
  return adaptedMuxer(yamux(init), dropLateFrames)
}

function dropLateFrames(muxer: StreamMuxer, connection: MessageStream): void {
  const sender = muxer as StreamMuxer & FrameSender
  const sendFrame = sender.sendFrame.bind(muxer)
  sender.sendFrame = (header, data) => {
    try {
      return sendFrame(header, data)
    } catch (error) {
      // Nobody is left to read the frame; streams learn of the end by their own events.
      if (connection.status !== 'open') return true
      throw error
    }
  }
}
