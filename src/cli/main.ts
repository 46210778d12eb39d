import { homedir } from 'node:os'
import { EXIT } from '../errors.ts'
import { systemClock } from '../time/clock.ts'
import { foregroundScheduler } from '../time/scheduler.ts'
import { daemonSide } from './daemon-side.ts'
import { runCommandLine } from './run.ts'

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

let outputFailed = false
for (const stream of [process.stdout, process.stderr]) {
  // A reader that goes away (`| head`) has what it wanted; a full disk has not taken the result.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    outputFailed ||= error.code !== 'EPIPE'
  })
}

const exitCode = await runCommandLine({
  program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
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
  onStopSignal(listener) {
    for (const signal of STOP_SIGNALS) process.on(signal, listener)
    return () => {
      for (const signal of STOP_SIGNALS) process.off(signal, listener)
    }
  },
  daemonSide
})
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit(exitCode === EXIT.ok && outputFailed ? EXIT.failure : exitCode)
