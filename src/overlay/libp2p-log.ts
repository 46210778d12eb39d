import type { ComponentLogger, Logger as Libp2pLogger } from '@libp2p/interface'
import type { Logger } from '../log.ts'

/**
 * What libp2p logs, into our log. Only its errors, and only at `debug`: they may quote peers, and
 * whatever they mean to an operator is logged with a code of ours.
 */
export function libp2pLog(log: Logger): ComponentLogger {
  return { forComponent: (name) => componentLog(log, name) }
}

function componentLog(log: Logger, component: string): Libp2pLogger {
  const ignore = () => {}
  return Object.assign(ignore, {
    enabled: false,
    trace: ignore,
    error(format: unknown, ...args: readonly unknown[]) {
      const error = args.find((arg) => arg instanceof Error)
      log.debug('libp2p.failed', { component, format: String(format), error: error?.message })
    },
    newScope: (scope: string) => componentLog(log, `${component}:${scope}`)
  })
}
