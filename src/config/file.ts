import { existsSync, readFileSync } from 'node:fs'
import { PeerageError } from '../errors.ts'
import { type GivenSettings, type ResolvedConfig, resolveConfig } from './load.ts'

/** Name of the configuration file in a home. */
export const CONFIG_FILE = 'peerage.toml'

/**
 * The settings of a home. Without a file every setting that nothing else gives has its default.
 * Throws as `resolveConfig`.
 */
export function readConfig(path: string, given: GivenSettings = {}): ResolvedConfig {
  return resolveConfig({ text: readConfigText(path) ?? '', ...given })
}

/** `undefined` where there is no file. Throws `CONFIG_INVALID` for one that cannot be read. */
export function readConfigText(path: string): string | undefined {
  if (!existsSync(path)) return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new PeerageError('CONFIG_INVALID', { reason: 'the file cannot be read', path }, error)
  }
}
