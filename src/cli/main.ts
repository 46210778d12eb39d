import { homedir } from 'node:os'
import { EXIT } from '../errors.ts'
import { systemClock } from '../time/clock.ts'
import { foregroundScheduler } from '../time/scheduler.ts'
import { daemonSide } from './daemon-side.ts'
import { runCommandLine } from './run.ts'

const isAttended = process.stdout.isTTY || process.stderr.isTTY
/** A terminal that closes ends what it has started; for a daemon without one, SIGHUP is a request. */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', ...(isAttended ? (['SIGHUP'] as const) : [])] as const
const RELOAD_SIGNALS = isAttended ? [] : (['SIGHUP'] as const)

let outputFailed = false
for (const stream of [process.stdout, process.stderr]) {
  // A reader that goes away (`| head`) has what it wanted; a full disk has not taken the result.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    outputFailed ||= error.code !== 'EPIPE'
  })
}

/** Nothing in the executable that has everything in it; there Node repeats its path. */
const script = process.argv.slice(1, 2).filter((path) => path !== process.execPath)

const exitCode = await runCommandLine({
  program: [process.execPath, ...process.execArgv, ...script],
  arguments: process.argv.slice(2),
  variables: process.env,
  get cwd() {
    return process.cwd()
  },
  get userHome() {
    return homedir()
  },
  // Looking at standard input opens it, which most commands never need.
  get stdin() {
    return process.stdin
  },
  stdout: process.stdout,
  stderr: process.stderr,
  clock: systemClock,
  scheduler: foregroundScheduler,
  onStopSignal: (listener) => listen(STOP_SIGNALS, listener),
  onReloadSignal: (listener) => listen(RELOAD_SIGNALS, listener),
  daemonSide
})
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit(exitCode === EXIT.ok && outputFailed ? EXIT.failure : exitCode)

function listen(signals: readonly NodeJS.Signals[], listener: () => void): () => void {
  for (const signal of signals) process.on(signal, listener)
  return () => {
    for (const signal of signals) process.off(signal, listener)
  }
}
