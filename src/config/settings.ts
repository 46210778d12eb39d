import { stringify } from 'smol-toml'
import * as z from 'zod'
import { variableOf } from './environment.ts'
import type { Origin } from './load.ts'
import { type Config, configSchema, type SettingName } from './schema.ts'

/** One setting as an operator meets it. */
export interface Setting {
  readonly name: string
  readonly description: string
  /** Without one the setting is off until it is given. */
  readonly default: unknown
  /** A line of TOML: the default, or what a value looks like where there is none. */
  readonly line: string
  /** The only values allowed, where they are few. */
  readonly choices: readonly string[]
  /** Takes effect in a running node (`peerage reload`), not just at its next start. */
  readonly isReloaded: boolean
}

/** Every setting in the order of the schema: what the reference and the file in a home are made of. */
export function listSettings(): readonly Setting[] {
  const { properties = {} } = z.toJSONSchema(configSchema, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => {
    if (typeof property === 'boolean') throw new TypeError(`${name} is not described`)
    const { description = '', default: preset, examples = [], enum: choices = [] } = property
    const line = assign(name, preset ?? examples[0])
    const isReloaded = property['reload'] === true
    return { name, description, default: preset, line, choices: choices.map(String), isReloaded }
  })
}

/** A setting with its value, and what has given it. */
export interface SettingInForce {
  readonly name: SettingName
  /** Absent where the setting is off. */
  readonly value?: Config[SettingName]
  readonly origin: Origin
  readonly variable: string
  readonly reload: boolean
}

/** Every setting as it is in force, in the order of the schema. */
export function listOrigins(given: {
  readonly config: Config
  readonly originOf: (name: SettingName) => Origin
}): SettingInForce[] {
  return listSettings().map(({ name: key, isReloaded: reload }) => {
    const name = key as SettingName
    const value = given.config[name]
    return {
      ...{ name, origin: given.originOf(name), variable: variableOf(name), reload },
      ...(value === undefined ? {} : { value })
    }
  })
}

/**
 * The text of a configuration file that holds just these settings. All others are there as
 * comments with their defaults, so that the file itself says what can be set.
 */
export function formatConfig(settings: Partial<Config>): string {
  const given: Readonly<Record<string, unknown>> = settings
  const paragraphs = listSettings().map(({ name, description, line, choices, isReloaded }) => {
    const value = given[name]
    return [
      ...wrap(description),
      ...(choices.length === 0 ? [] : [`# One of: ${choices.join(', ')}.`]),
      ...(isReloaded ? ['# peerage reload applies it.'] : []),
      value === undefined ? `#${line}` : assign(name, value)
    ].join('\n')
  })
  return `${[HEADING, ...paragraphs].join('\n\n')}\n`
}

const HEADING = `# Settings of this node. A line that begins with # is a comment: what it shows is the default, or an
# example where the setting is off by default. A change takes effect at the next start, or at once
# with peerage reload where it says so. PEERAGE_LOG_LEVEL=debug and the like go before this file.`

const COLUMNS = 100

/** TOML of one setting, without its line feed. */
function assign(name: string, value: unknown): string {
  return stringify({ [name]: value }).trimEnd()
}

function wrap(text: string): string[] {
  const lines: string[] = []
  let line = '#'
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line)
      line = '#'
    }
    line += ` ${word}`
  }
  return [...lines, line]
}
