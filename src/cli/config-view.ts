import { join } from 'node:path'
import { CONFIG_FILE, readConfig } from '../config/file.ts'
import { listOrigins } from '../config/settings.ts'
import type { ResultOf } from '../control/methods/index.ts'
import { toPeerageError } from '../errors.ts'
import type { Context } from './context.ts'

export type Setting = ResultOf<'config.show'>['settings'][number]

export interface ConfigView {
  readonly file: string
  readonly settings: readonly Setting[]
  /** Else they are what a start from here would use. */
  readonly isRunning: boolean
}

/** The settings that the running node goes by; where none runs, those of file and environment. */
export async function viewConfig(context: Context): Promise<ConfigView> {
  try {
    return { ...(await context.call('config.show', {})), isRunning: true }
  } catch (thrown) {
    if (toPeerageError(thrown).code !== 'DAEMON_UNREACHABLE') throw thrown
  }
  const { variables } = context.environment
  const file = configPath(context)
  const { config, origins } = readConfig(file, { variables })
  const settings = listOrigins({ config, originOf: (name) => origins[name] })
  return { file, settings, isRunning: false }
}

export function configPath({ home }: Pick<Context, 'home'>): string {
  return join(home.directory, CONFIG_FILE)
}

/** `off`, a word, or a list with commas: as `config set` takes it. */
export function settingText({ value }: Pick<Setting, 'value'>): string {
  if (value === undefined) return 'off'
  return Array.isArray(value) ? value.join(',') : String(value)
}
