import { EXIT } from '../errors.ts'
import type { Settings } from './context.ts'
import { createContext } from './create-context.ts'
import type { Environment } from './environment.ts'
import { describeFailure, failureLines, failureObject } from './failure.ts'
import { requireDuration } from './input.ts'
import { createPaint, type OutputSettings, printReport } from './output.ts'
import { type Globals, parseCommandLine } from './program.ts'
import { refuseSecretArguments } from './secret-input.ts'
import { COMMAND_GROUPS } from './tree/index.ts'
import { TESTNET_PART } from './tree/testnet.ts'

/** Runs one command line to its end and says with which code the process exits. Never throws. */
export async function runCommandLine(environment: Environment): Promise<number> {
  const words = environment.arguments
  let settings: OutputSettings = {
    // A command line that cannot be parsed still gets its refusal in the form it asked for.
    json: beforeSeparator(words).includes('--json'),
    quiet: false,
    color: mayColor(environment, !words.includes('--no-color'))
  }
  try {
    refuseSecretArguments(words)
    const parsed = parseCommandLine(COMMAND_GROUPS, asCommand(words), [TESTNET_PART])
    if ('help' in parsed) {
      environment.stdout.write(`${parsed.help.join('\n')}\n`)
      return EXIT.ok
    }
    const { spec, input, globals } = parsed
    const chosen = settingsOf(environment, globals)
    settings = chosen
    const { context, end } = createContext(environment, chosen, globals)
    try {
      const { run } = await spec.load()
      const report = await run(context, input)
      if (report !== undefined && 'json' in report) {
        printReport(report, environment.stdout, { ...chosen, program: context.program })
      }
      return report?.exit ?? EXIT.ok
    } finally {
      end()
    }
  } catch (thrown) {
    return printFailure(environment, settings, thrown)
  }
}

function printFailure(environment: Environment, settings: OutputSettings, thrown: unknown): number {
  const failure = describeFailure(thrown)
  if (settings.json) environment.stdout.write(`${JSON.stringify(failureObject(failure))}\n`)
  else {
    const paint = createPaint(settings.color && environment.stderr.isTTY === true)
    environment.stderr.write(`${failureLines(failure, paint).join('\n')}\n`)
  }
  if (failure.code === 'INTERNAL' && set(environment.variables['PEERAGE_DEBUG'])) {
    environment.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
  }
  return failure.exit
}

function settingsOf(environment: Environment, globals: Globals): Settings {
  const { json, quiet, color, timeout } = globals
  const timeoutMs = timeout === undefined ? undefined : requireDuration('--timeout', timeout)
  return { json, quiet, color: mayColor(environment, color), timeoutMs }
}

/** NO_COLOR counts when set and not empty (no-color.org). */
function mayColor({ variables, stdout }: Environment, wanted: boolean): boolean {
  return wanted && stdout.isTTY === true && !set(variables['NO_COLOR'])
}

function set(variable: string | undefined): boolean {
  return variable !== undefined && variable !== ''
}

function beforeSeparator(words: readonly string[]): readonly string[] {
  const separator = words.indexOf('--')
  return separator === -1 ? words : words.slice(0, separator)
}

/** `peerage --version` is what people try first. */
function asCommand(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words
  return first === '--version' || first === '-V' ? ['version', ...rest] : words
}
