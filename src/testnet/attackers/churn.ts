import { concatBytes } from '../../encoding/bytes.ts'
import { systemClock } from '../../time/clock.ts'
import { type Attack, pause } from './attack.ts'
import { FRAME, muxerFrame, openInsider } from './insider.ts'

const STREAMS_AT_ONCE = 100

/**
 * A member opens and resets `count` streams a second, with pings between them, connects again when
 * it is cut, and so on until the time is over.
 */
export const churn: Attack = async ({ target, home, ms, count }) => {
  const insider = await openInsider(home, target)
  const end = systemClock.monotonic() + ms
  const seen = { connections: 0, streams: 0, cuts: 0, refused: 0, longestMs: 0 }
  const isOver = () => systemClock.monotonic() >= end
  try {
    while (!isOver()) {
      const start = systemClock.monotonic()
      try {
        const { wire, deafen } = await insider.connect()
        deafen()
        seen.connections++
        for (let id = 1; wire.status === 'open' && !isOver(); id += 2 * STREAMS_AT_ONCE) {
          wire.send(burst(id))
          seen.streams += STREAMS_AT_ONCE
          await pause((1000 * STREAMS_AT_ONCE) / count)
        }
        if (wire.status !== 'open') seen.cuts++
        seen.longestMs = Math.max(seen.longestMs, Math.round(systemClock.monotonic() - start))
      } catch {
        // Refused, or cut in the middle of a write: either way it comes again.
        seen.refused++
        await pause(50)
      }
    }
  } finally {
    await insider.end()
  }
  return seen
}

function burst(first: number): Uint8Array {
  const frames: Uint8Array[] = []
  for (let i = 0; i < STREAMS_AT_ONCE; i++) {
    const id = first + 2 * i
    frames.push(muxerFrame(FRAME.windowUpdate, FRAME.syn, id, 0))
    frames.push(muxerFrame(FRAME.windowUpdate, FRAME.reset, id, 0))
  }
  frames.push(muxerFrame(FRAME.ping, FRAME.syn, 0, first))
  return concatBytes(frames)
}
