import { Command, CommanderError, Option } from 'commander'
import { EXIT, PeerageError } from '../errors.ts'
import type { CommandGroup, CommandSpec, OptionSpec } from './command.ts'
import { commandHelp, nounHelp, overview } from './help-text.ts'
import { Input, optionName, optionValue } from './input.ts'
import { GLOBAL_OPTIONS } from './tree/options.ts'
import { usageError } from './usage-error.ts'

/** What a command line asks for. */
export interface Invocation {
  readonly spec: CommandSpec
  readonly input: Input
  readonly globals: Globals
}

export interface Globals {
  readonly home?: string
  readonly json: boolean
  readonly quiet: boolean
  readonly color: boolean
  readonly timeout?: string
  readonly tokenFile?: string
}

/** Help was asked for, or a command line that says nothing. */
export interface HelpRequest {
  readonly help: readonly string[]
}

/**
 * What the words of a command line mean; `internal` commands run, but no text lists them. Runs nothing. Throws `USAGE` with the nearest command
 * for one that does not exist; values of options and superfluous words are never repeated, since
 * they may be secrets that were put in the wrong place.
 */
export function parseCommandLine(
  groups: readonly CommandGroup[],
  words: readonly string[],
  internal: readonly CommandSpec[] = []
): Invocation | HelpRequest {
  const nouns = byNoun([...groups.flatMap((group) => group.commands), ...internal])
  const named = [...nouns].filter(([noun]) => words.includes(noun))
  try {
    return parseWith(new Map(named), groups, words)
  } catch (error) {
    if (named.length === nouns.size) throw error
    // What does not exist is told the nearest of all that does.
    return parseWith(nouns, groups, words)
  }
}

/** A command is built of its words alone: the hundred others cost more than all that most of them do. */
function parseWith(
  nouns: ReadonlyMap<string, readonly CommandSpec[]>,
  groups: readonly CommandGroup[],
  words: readonly string[]
): Invocation | HelpRequest {
  const root = new Command('peerage').helpCommand(false)
  let found: Invocation | HelpRequest | undefined
  configure(root, () => ({ help: overview(groups, GLOBAL_OPTIONS) }))
  for (const option of GLOBAL_OPTIONS) root.addOption(commanderOption(option))
  for (const [noun, verbs] of nouns) addNoun(noun, verbs)
  return parse()

  function addNoun(noun: string, verbs: readonly CommandSpec[]): void {
    const [only] = verbs
    if (only !== undefined && only.name === noun) {
      addCommand(root, noun, only)
      return
    }
    const parent = new Command(noun).helpCommand(false)
    configure(parent, () => ({ help: nounHelp(noun, verbs) }), noun)
    for (const spec of verbs) addCommand(parent, spec.name.slice(noun.length + 1), spec)
    root.addCommand(parent)
  }

  function addCommand(parent: Command, word: string, spec: CommandSpec): void {
    const command = new Command(word).allowExcessArguments(true).aliases([...(spec.aliases ?? [])])
    configure(command, () => ({ help: commandHelp(spec) }), spec.name)
    for (const argument of spec.arguments ?? []) {
      const name = argument.rest === true ? `${argument.name}...` : argument.name
      command.argument(argument.optional === true ? `[${name}]` : `<${name}>`)
    }
    for (const option of spec.options ?? []) command.addOption(commanderOption(option))
    command.action(() => {
      const hasRest = spec.arguments?.at(-1)?.rest === true
      if (!hasRest && command.args.length > (spec.arguments ?? []).length) {
        throw usageError('there are more words than this command takes', suggestHelp(spec.name))
      }
      const input = new Input(spec, command.args, command.opts())
      found = { spec, input, globals: globalsOf(root.opts()) }
    })
    parent.addCommand(command)
  }

  function configure(command: Command, help: () => HelpRequest, name?: string): void {
    command.configureOutput({ writeOut() {}, writeErr() {} }).exitOverride((error) => {
      if (error.code === 'commander.helpDisplayed') found = help()
      else if (error.code === 'commander.help') throw missingVerb(command, help())
      else throw fromCommander(error, name)
      throw error
    })
  }

  function missingVerb(command: Command, { help }: HelpRequest): Error {
    if (command === root) {
      found = { help }
      return new CommanderError(EXIT.ok, 'commander.help', '')
    }
    const verbs = command.commands.map((verb) => verb.name()).join(', ')
    return usageError(`${command.name()} needs a verb: ${verbs}`, suggestHelp(command.name()))
  }

  function parse(): Invocation | HelpRequest {
    try {
      root.parse([...words], { from: 'user' })
    } catch (error) {
      // Help was asked for, and that ends commander's work.
      if (!(error instanceof CommanderError)) throw error
    }
    if (found === undefined) throw new PeerageError('INTERNAL')
    return found
  }
}

function byNoun(specs: readonly CommandSpec[]): Map<string, CommandSpec[]> {
  return Map.groupBy(specs, (spec) => spec.name.split(' ')[0] ?? spec.name)
}

function commanderOption(spec: OptionSpec): Option {
  const value = optionValue(spec)
  const letter = spec.short === undefined ? '' : `-${spec.short}, `
  const name = `${letter}--${optionName(spec)}`
  const option = new Option(value === undefined ? name : `${name} <${value}>`)
  if (spec.required === true) option.makeOptionMandatory()
  if (spec.repeat === true) {
    option.argParser((word: string, earlier: readonly string[] = []) => [...earlier, word])
  }
  return option
}

function globalsOf(options: Record<string, unknown>): Globals {
  const { home, timeout, tokenFile } = options
  return {
    ...(typeof home === 'string' ? { home } : {}),
    ...(typeof timeout === 'string' ? { timeout } : {}),
    ...(typeof tokenFile === 'string' ? { tokenFile } : {}),
    json: options['json'] === true,
    quiet: options['quiet'] === true,
    color: options['color'] !== false
  }
}

/** Shows commander's sentence, and in it nothing that followed an equals sign. */
function fromCommander(error: CommanderError, command?: string): PeerageError {
  const [sentence = '', nearest] = error.message.split('\n')
  const reason = sentence.replace(/^error: /, '').replace(/=[^']*'/, "'")
  if (nearest !== undefined) return usageError(reason, nearest.replace(/^\(|\)$/g, ''))
  return usageError(reason, command === undefined ? undefined : suggestHelp(command))
}

function suggestHelp(command: string): string {
  return `See: peerage help ${command}`
}
