import type { Clock } from '../time/clock.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { DaemonSide } from './daemon-side.ts'

/** Standard input: bytes, and on a terminal the switch that stops its echo. */
export interface InputStream extends AsyncIterable<Uint8Array | string> {
  readonly isTTY?: boolean
  setRawMode?(on: boolean): unknown
}

export interface OutputStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string | Uint8Array): boolean
}

/** Everything of the process that a command may touch, so that a test can hand it another. */
export interface Environment {
  /** How to run this program again: a file to execute and its first arguments. */
  readonly program: readonly string[]
  /** The command line after the name of the program. */
  readonly arguments: readonly string[]
  readonly variables: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Home directory of the user, where `.peerage` lies by default. */
  readonly userHome: string
  readonly stdin: InputStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Calls `listener` for each SIGINT and SIGTERM, and for the SIGHUP of a terminal that closes; returns how to stop listening. */
  onStopSignal(listener: () => void): () => void
  /** Calls `listener` for each SIGHUP where there is no terminal that could mean its own end. */
  onReloadSignal(listener: () => void): () => void
  /** What works on a home without a running daemon. */
  readonly daemonSide: DaemonSide
}
