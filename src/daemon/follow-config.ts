import { toPeerageError } from '../errors.ts'
import type { Logger } from '../log.ts'
import type { Lifecycle, Stop } from './lifecycle.ts'
import type { LiveConfig } from './live-config.ts'
import type { LogSettings } from './logger.ts'

export interface ConfigFollower {
  readonly log: Logger & { configure?(settings: LogSettings): void }
  /** Calls the listener whenever the file is to be read again. */
  readonly onReload?: (listener: () => void) => Stop
}

/** Keeps the log at the level of the configuration, and reads that again when it is asked to. */
export function followConfig(
  { log, onReload }: ConfigFollower,
  { live, path }: { readonly live: LiveConfig; readonly path: string },
  lifecycle: Lifecycle
): void {
  const configure = () => {
    const isGiven = live.origin('log_level') !== 'default'
    log.configure?.({ path, level: live.config().log_level, isGiven })
  }
  configure()
  lifecycle.started('log level', live.onReload(configure))
  if (onReload !== undefined) {
    // Nobody waits for the answer to a signal: the log has it.
    lifecycle.started(
      'reload',
      onReload(() => reload(live, log))
    )
  }
}

function reload(live: LiveConfig, log: Logger): void {
  try {
    const { applied, later } = live.reload()
    log.info('config.reloaded', { applied: applied.join(' '), later: later.join(' ') })
  } catch (thrown) {
    log.error('config.refused', { code: toPeerageError(thrown).code })
  }
}
