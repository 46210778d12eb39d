import { monitorEventLoopDelay } from 'node:perf_hooks'
import { type ReadyDaemon, runDaemon } from '../daemon/daemon.ts'
import { silentLogger } from '../log.ts'
import type { Defense } from '../overlay/defense.ts'
import { systemScheduler } from '../time/scheduler.ts'

export interface VictimInit {
  readonly home: string
  /** What the control of an attack runs without. */
  readonly without: readonly Defense[]
}

/** What the process of the victim has measured of itself since it was last asked. */
export interface VictimLook {
  readonly rssBytes: number
  readonly rssMaxBytes: number
  readonly loopP99Ms: number
  readonly loopMaxMs: number
}

const LOOK_EVERY_MS = 50
const NANOSECONDS = 1e6

/** A real daemon in this process, that can tell how it fares. */
export async function startVictim(
  init: VictimInit
): Promise<{ readonly ready: ReadyDaemon; look(): VictimLook; stop(): Promise<void> }> {
  const stop = new AbortController()
  const ready = Promise.withResolvers<ReadyDaemon>()
  const running = runDaemon({
    home: init.home,
    log: silentLogger,
    onReady: ready.resolve,
    signal: stop.signal,
    without: new Set(init.without)
  })
  running.catch(ready.reject)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  let rssMaxBytes = 0
  const sample = () => {
    rssMaxBytes = Math.max(rssMaxBytes, process.memoryUsage.rss())
  }
  const cancel = systemScheduler.every(LOOK_EVERY_MS, sample)
  return {
    ready: await ready.promise,
    look() {
      sample()
      const look = {
        rssBytes: process.memoryUsage.rss(),
        rssMaxBytes,
        loopP99Ms: Math.round(delay.percentile(99) / NANOSECONDS),
        loopMaxMs: Math.round(delay.max / NANOSECONDS)
      }
      delay.reset()
      rssMaxBytes = 0
      return look
    },
    async stop() {
      cancel()
      stop.abort()
      await running
    }
  }
}
