import type { ReadyDaemon } from '../daemon/daemon.ts'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import type { LogLevel } from '../log.ts'
import type { Context } from './context.ts'

import { done, printReport } from './output.ts'

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
/** npm and the launcher hand a Ctrl-C on that the terminal has delivered already. */
const SAME_SIGNAL_MS = 1_000

export interface RunNodeInit {
  readonly passphrase: Uint8Array | undefined
  readonly authorityPassphrase?: Uint8Array
  readonly logLevel: string | undefined
  readonly acceptClock?: boolean
}

/**
 * Runs the node of the home until a signal or `node.stop` ends it; the first thing on standard
 * output is that it is ready. A second signal, or a stop that takes longer than its limit, ends
 * the run with `TIMEOUT`. Throws what the daemon throws while it starts.
 */
export async function runNode(context: Context, init: RunNodeInit): Promise<void> {
  const { environment, settings, home } = context
  const given = init.logLevel
  const level = requireLevel(given ?? (settings.json ? 'info' : 'warn'))
  const progress = context.startProgress('starting')
  const stop = new AbortController()
  const { promise: forced, reject: force } = Promise.withResolvers<never>()
  const giveUp = () => force(new PeerageError('TIMEOUT', { reason: 'the node had not stopped' }))
  const stopListening = onceThenForce(context, () => stop.abort(), giveUp)
  try {
    const { daemonSide } = environment
    const running = daemonSide.runDaemon({
      home: home.directory,
      ...(init.passphrase === undefined ? {} : { passphrase: init.passphrase }),
      ...(init.authorityPassphrase === undefined
        ? {}
        : { authorityPassphrase: init.authorityPassphrase }),
      acceptClock: init.acceptClock ?? false,
      given: {
        variables: environment.variables,
        flags: { log_level: given === undefined ? undefined : level }
      },
      onReload: environment.onReloadSignal,
      log: await daemonSide.createLogger(level),
      onReady(ready) {
        progress.end()
        printReady(context, ready)
      },
      signal: stop.signal
    })
    await Promise.race([running, forced])
  } finally {
    progress.end()
    stopListening()
  }
}

function onceThenForce(context: Context, stop: () => void, force: () => void): () => void {
  const { clock, scheduler } = context.environment
  let since: number | undefined
  return context.environment.onStopSignal(() => {
    if (since === undefined) {
      since = clock.monotonic()
      scheduler.after(LIMITS.stopMs, force)
      stop()
    } else if (clock.monotonic() - since > SAME_SIGNAL_MS) force()
  })
}

function printReady(context: Context, ready: ReadyDaemon): void {
  const { environment, settings } = context
  const { nodeId, listen, frontDesk, control } = ready
  printReport(
    {
      json: { event: 'ready', nodeId, listen, frontDesk, control },
      text: (paint) => [
        ...done(paint, 'the node is up', [
          ['node id', nodeId],
          ['listening', listen.length === 0 ? 'nowhere' : listen.join(' ')],
          ['front desk', frontDesk.length === 0 ? undefined : frontDesk.join(' ')],
          ['socket', control],
          ['stop', 'Ctrl-C']
        ]),
        'next, in another terminal:',
        ...nextCommands(context, frontDesk.length > 0).map((line) => `  ${line}`)
      ],
      quiet: [nodeId]
    },
    environment.stdout,
    { ...settings, program: context.program }
  )
}

/** What to try next, so that it can be copied as it stands. */
function nextCommands(context: Context, holdsFrontDesk: boolean): string[] {
  const { program } = context
  const invite = `${program} invite create --member bob --node laptop`
  return [
    `${program} status`,
    `${program} record put note greeting hello`,
    ...(holdsFrontDesk ? [invite] : [`${program} peer ls`])
  ]
}

function requireLevel(text: string): LogLevel {
  const level = LEVELS.find((candidate) => candidate === text)
  if (level !== undefined) return level
  throw new PeerageError('INVALID_ARGUMENT', {
    reason: '--log-level takes debug, info, warn or error'
  })
}
