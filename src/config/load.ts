import { parse, TomlError } from 'smol-toml'
import type * as z from 'zod'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { readEnvironment, type Variables, variableOf } from './environment.ts'
import { nearest } from './nearest.ts'
import { type Config, configSchema, type SettingName, viewAges } from './schema.ts'

/** Where the value of a setting comes from; the earlier one wins. */
export const ORIGINS = ['flag', 'environment', 'file', 'default'] as const
export type Origin = (typeof ORIGINS)[number]

/** What says settings besides the file. */
export interface GivenSettings {
  readonly variables?: Variables
  /** Of the command line. */
  readonly flags?: Readonly<{ [Name in SettingName]?: Config[Name] | undefined }>
}

export interface ConfigInput extends GivenSettings {
  /** Of `peerage.toml`. */
  readonly text?: string
}

export interface ResolvedConfig {
  readonly config: Config
  readonly origins: Readonly<Record<SettingName, Origin>>
}

/** Reads the text of `peerage.toml` alone. Throws as {@link resolveConfig}. */
export function parseConfig(text: string): Config {
  return resolveConfig({ text }).config
}

/**
 * The settings by flag, else environment, else file, else default. All faults are reported
 * together, with setting and line, and for an unknown setting the one that was meant.
 *
 * Throws `CONFIG_INVALID`, `ENVIRONMENT_EMPTY`.
 */
export function resolveConfig({ text = '', variables = {}, flags }: ConfigInput): ResolvedConfig {
  if (text.length > LIMITS.configBytesMax) {
    throw new PeerageError('CONFIG_INVALID', { reason: 'the file is too large' })
  }
  const given: Given = {
    flag: Object.fromEntries(
      Object.entries(flags ?? {}).filter(([, value]) => value !== undefined)
    ),
    environment: readEnvironment(variables),
    file: parseToml(text)
  }
  const parsed = configSchema.safeParse({ ...given.file, ...given.environment, ...given.flag })
  if (!parsed.success) {
    throw new PeerageError('CONFIG_INVALID', {
      issues: parsed.error.issues.flatMap((issue) => describeIssue(issue, { given, text }))
    })
  }
  requireAges(parsed.data, { given, text })
  const names = Object.keys(configSchema.shape) as readonly SettingName[]
  const origins = Object.fromEntries(names.map((name) => [name, originOf(name, given)]))
  return { config: parsed.data, origins: origins as Record<SettingName, Origin> }
}

type Given = Readonly<Record<Exclude<Origin, 'default'>, Readonly<Record<string, unknown>>>>

interface Place {
  readonly given: Given
  readonly text: string
}

function originOf(name: string, given: Given): Origin {
  return (
    ORIGINS.find((origin) => origin !== 'default' && Object.hasOwn(given[origin], name)) ??
    'default'
  )
}

function requireAges(config: Config, place: Place): void {
  const { admissionMs, sessionMs } = viewAges(config)
  if (admissionMs <= sessionMs) return
  const message = 'connections cannot end before admissions do: not shorter than admission_view_age'
  const path = locate('session_view_age', place)
  throw new PeerageError('CONFIG_INVALID', { issues: [{ path, message }] })
}

function describeIssue(
  issue: z.core.$ZodIssue,
  place: Place
): readonly { readonly path: string; readonly message: string }[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: locate(issue.path.join('.'), place), message: issue.message }]
  }
  return issue.keys.map((key) => ({ path: locate(key, place), message: unknownSetting(key) }))
}

/** What to say of a setting that does not exist, with the one that was probably meant. */
export function unknownSetting(name: string): string {
  const meant = nearest(name, Object.keys(configSchema.shape))
  const question = meant === undefined ? '' : `; did you mean ${meant}?`
  return `there is no such setting${question}`
}

/** Where an operator finds what has to be corrected. */
function locate(setting: string, { given, text }: Place): string {
  const [key = ''] = setting.split('.')
  const origin = originOf(key, given)
  if (origin === 'environment') return variableOf(key)
  if (origin === 'flag') return `--${key.replaceAll('_', '-')}`
  // Settings are at the top level of the file: a line begins with each.
  const at = text.split('\n').findIndex((line) => line.split('=')[0]?.trim() === key)
  return at === -1 ? setting : `${setting} (line ${at + 1})`
}

function parseToml(text: string): Readonly<Record<string, unknown>> {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw new PeerageError('CONFIG_INVALID', { line: error.line, column: error.column })
  }
}
