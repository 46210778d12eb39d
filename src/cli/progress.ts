import { formatDuration } from '../encoding/duration.ts'
import type { Clock } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { OutputStream } from './environment.ts'

const APPEARS_AFTER_MS = 500
const FRAME_MS = 100
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const ERASE_LINE = '\r\u001b[K'

export interface Progress {
  /** Names the step under way. */
  step(text: string): void
  /** Removes the line; the terminal looks as if it had never been there. */
  end(): void
}

/**
 * One line on the terminal's standard error for work that takes more than half a second. Without
 * a terminal there is none.
 */
export function startProgress(
  init: { stderr: OutputStream; clock: Clock; scheduler: Scheduler; enabled: boolean },
  text: string
): Progress {
  const { stderr, clock, scheduler } = init
  if (!init.enabled || stderr.isTTY !== true) return { step() {}, end() {} }
  const started = clock.monotonic()
  let current = text
  let frame = 0
  const draw = () => {
    const elapsed = clock.monotonic() - started
    if (elapsed < APPEARS_AFTER_MS) return
    const line = `${FRAMES[frame % FRAMES.length]} ${current} … ${formatDuration(elapsed)}`
    stderr.write(`${ERASE_LINE}${line.slice(0, (stderr.columns ?? 80) - 1)}`)
    frame += 1
  }
  const cancel = scheduler.every(FRAME_MS, draw)
  return {
    step(next) {
      current = next
    },
    end() {
      cancel()
      if (frame > 0) stderr.write(ERASE_LINE)
    }
  }
}
