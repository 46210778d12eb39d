import type { LogFields, Logger, LogLevel } from '../log.ts'
import { systemClock } from '../time/clock.ts'
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

/** The least first. */
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']

interface Sink {
  level: LogLevel
  write(line: string): void
}

/** Structured log lines as JSON on standard error; standard output belongs to the caller. */
export function createLogger(level: LogLevel): NodeLogger {
  const terminal: Sink = { level, write: (line) => process.stderr.write(line) }
  const sinks = [terminal]
  let file: Sink | undefined
  const write =
    (method: LogLevel) =>
    (event: string, fields: LogFields = {}): void => {
      const listening = sinks.filter((sink) => LEVELS.indexOf(sink.level) <= LEVELS.indexOf(method))
      if (listening.length === 0) return
      const line = JSON.stringify({ level: method, time: systemClock.now(), ...fields, event })
      for (const sink of listening) sink.write(`${line}\n`)
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    configure(settings) {
      if (file === undefined) {
        const { write: writeToFile } = openLogFile(settings.path)
        file = { level: settings.level, write: writeToFile }
        sinks.push(file)
      }
      file.level = settings.level
      terminal.level = settings.isGiven ? settings.level : level
    }
  }
}
