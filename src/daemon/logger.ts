import { pino } from 'pino'
import type { LogFields, Logger, LogLevel } from '../log.ts'

/** Structured log lines as JSON on standard error; standard output belongs to the caller. */
export function createLogger(level: LogLevel): Logger {
  const sink = pino(
    {
      level,
      base: null,
      messageKey: 'event',
      formatters: { level: (label) => ({ level: label }) }
    },
    pino.destination({ fd: process.stderr.fd, sync: true })
  )
  const write =
    (method: LogLevel) =>
    (event: string, fields: LogFields = {}): void =>
      sink[method](fields, event)
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error')
  }
}
