export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** JSON-safe facts. Never secrets, and never text that a remote peer chose at `info` or above. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Structured log: `event` is `area.happened` in the past tense, facts go into `fields`. */
export interface Logger {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export const silentLogger: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {}
}
