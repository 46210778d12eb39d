import { pino } from 'pino'
import type { LogFields, Logger, LogLevel } from '../log.ts'
import { openLogFile } from './log-file.ts'

/** What the configuration of a node says about its log. */
export interface LogSettings {
  readonly path: string
  readonly level: LogLevel
  /** Somebody has asked for this level: it is the one of standard error, too. */
  readonly isGiven: boolean
}

export interface NodeLogger extends Logger {
  /** Writes to a file as well from the first call on; a later one changes the levels. */
  configure(settings: LogSettings): void
}

/** Structured log lines as JSON on standard error; standard output belongs to the caller. */
export function createLogger(level: LogLevel): NodeLogger {
  const terminal = sinkTo(pino.destination({ fd: process.stderr.fd, sync: true }), level)
  let file: ReturnType<typeof sinkTo> | undefined
  const write =
    (method: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      terminal[method](fields, event)
      file?.[method](fields, event)
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    configure(settings) {
      file ??= sinkTo(openLogFile(settings.path), settings.level)
      file.level = settings.level
      terminal.level = settings.isGiven ? settings.level : level
    }
  }
}

function sinkTo(destination: pino.DestinationStream, level: LogLevel) {
  return pino(
    {
      level,
      base: null,
      messageKey: 'event',
      formatters: { level: (label) => ({ level: label }) }
    },
    destination
  )
}
