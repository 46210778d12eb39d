import { parseDuration } from '../encoding/duration.ts'
import { PeerageError } from '../errors.ts'
import type { CommandSpec, OptionSpec } from './command.ts'

type Values = Readonly<Record<string, unknown>>

/** The arguments and options of one command, by the names its spec gives them. */
export class Input {
  readonly spec: CommandSpec
  readonly #arguments: readonly string[]
  readonly #options: Values

  /** `options` has the keys that {@link optionKey} makes. */
  constructor(spec: CommandSpec, words: readonly string[], options: Values) {
    this.spec = spec
    this.#arguments = words
    this.#options = options
  }

  /** A required argument. */
  argument(name: string): string {
    const word = this.optionalArgument(name)
    if (word === undefined) throw new Error(`the spec does not require ${name}`)
    return word
  }

  optionalArgument(name: string): string | undefined {
    const index = (this.spec.arguments ?? []).findIndex((argument) => argument.name === name)
    if (index === -1) throw new Error(`the spec has no argument ${name}`)
    return this.#arguments[index]
  }

  /** All words of the argument that takes the rest. */
  rest(name: string): readonly string[] {
    return this.#arguments.slice(
      (this.spec.arguments ?? []).findIndex((each) => each.name === name)
    )
  }

  /** A required option. */
  required(name: string): string {
    const value = this.text(name)
    if (value === undefined) throw new Error(`the spec does not require --${name}`)
    return value
  }

  text(name: string): string | undefined {
    const value = this.#option(name)
    return typeof value === 'string' ? value : undefined
  }

  texts(name: string): readonly string[] {
    const value = this.#option(name)
    return Array.isArray(value) ? value.map(String) : []
  }

  isSet(name: string): boolean {
    return this.#option(name) === true
  }

  /** A whole number, not negative. Throws `INVALID_ARGUMENT`. */
  integer(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    if (/^\d{1,15}$/.test(value)) return Number(value)
    throw new PeerageError('INVALID_ARGUMENT', { reason: `--${name} takes a whole number` })
  }

  /** Milliseconds. Throws `INVALID_ARGUMENT`. */
  duration(name: string): number | undefined {
    const value = this.text(name)
    return value === undefined ? undefined : requireDuration(`--${name}`, value)
  }

  #option(name: string): unknown {
    const known = (this.spec.options ?? []).some((option) => optionName(option) === name)
    if (!known) throw new Error(`the spec has no option --${name}`)
    return this.#options[optionKey(name)]
  }
}

/** Milliseconds of a duration given with `option`. Throws `INVALID_ARGUMENT`. */
export function requireDuration(option: string, text: string): number {
  const duration = parseDuration(text)
  if (duration.ok) return duration.value
  throw new PeerageError('INVALID_ARGUMENT', {
    reason: `${option} takes a duration`,
    suggestion: 'Write it like 90s, 15m, 1h or 30d'
  })
}

/** `invite-file` of `--invite-file FILE`. */
export function optionName(option: OptionSpec): string {
  return option.flags.replace(/^--/, '').replace(/ .*$/, '')
}

/** `FILE` of `--invite-file FILE`; `undefined` for a switch. */
export function optionValue(option: OptionSpec): string | undefined {
  return / (.+)$/.exec(option.flags)?.[1]
}

/** The key under which commander keeps an option. */
export function optionKey(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
