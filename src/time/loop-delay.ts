import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

const RESOLUTION_MS = 20
const NANOSECONDS = 1e9

/**
 * How late the event loop was since it was last asked for, in seconds. Nothing is measured before
 * the first question: a node that nobody watches does not wake up for it.
 */
export function createLoopDelay(): { look(): LoopDelay; stop(): void } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  let isOn = false
  return {
    look() {
      if (!isOn) {
        isOn = true
        delay.enable()
      }
      const seconds = (nanoseconds: number) => {
        const late = nanoseconds / NANOSECONDS - RESOLUTION_MS / 1000
        return Number.isFinite(late) ? Math.max(0, late) : 0
      }
      const look = {
        p50: seconds(delay.percentile(50)),
        p99: seconds(delay.percentile(99)),
        max: seconds(delay.max)
      }
      delay.reset()
      return look
    },
    stop: () => {
      delay.disable()
    }
  }
}
