import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Silent } from '../command.ts'
import type { Context } from '../context.ts'
import type { Input } from '../input.ts'
import { testnetOf } from '../testnet-named.ts'

/** Runs the command as it was typed, with the home of the node; its output and its end are ours. */
export async function run({ environment, settings }: Context, input: Input): Promise<Silent> {
  const home = testnetOf(input).requireHome(input.argument('node'))
  const [program = '', ...before] = environment.program
  const words = [...before, '--home', home, ...(settings.json ? ['--json'] : [])]
  const child = spawn(program, [...words, ...input.rest('command')], {
    stdio: 'inherit',
    env: { ...environment.variables }
  })
  // Ctrl-C reaches both; whatever the command makes of it counts.
  const stopListening = environment.onStopSignal(() => child.kill('SIGTERM'))
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => {
        resolve({ exit: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) })
      })
    })
  } finally {
    stopListening()
  }
}
