import type { Context } from './context.ts'
import type { Input } from './input.ts'
import type { Report } from './output.ts'

export interface ArgumentSpec {
  readonly name: string
  readonly summary: string
  readonly optional?: boolean
  /** Takes all words that follow, at least one; the last argument only. */
  readonly rest?: boolean
}

export interface OptionSpec {
  /** `--ttl DUR`: a value in capitals; `--connected` alone is a switch. */
  readonly flags: string
  readonly summary: string
  /** One letter that stands for it. */
  readonly short?: string
  readonly required?: boolean
  /** May be given several times. */
  readonly repeat?: boolean
  /** One that most commands of its sort take: help names it beside others in one line. */
  readonly isUsual?: boolean
}

/** What one file of commands/ exports. */
export interface CommandModule {
  /** Does the work; what it returns is printed in the form the caller chose. */
  run(context: Context, input: Input): Promise<Report | Silent | undefined>
}

/** A command that has printed by itself what there was to say. */
export type Silent = Required<Pick<Report, 'exit'>>

/** One command of the tree, without its code: that is loaded only when the command runs. */
export interface CommandSpec {
  /** Noun and verb, or one word. */
  readonly name: string
  readonly summary: string
  readonly aliases?: readonly string[]
  readonly arguments?: readonly ArgumentSpec[]
  readonly options?: readonly OptionSpec[]
  readonly examples: readonly string[]
  /** The control method behind it. */
  readonly method?: string
  load(): Promise<CommandModule>
}

/** A heading of the overview with its commands. */
export interface CommandGroup {
  readonly title: string
  readonly commands: readonly CommandSpec[]
}
