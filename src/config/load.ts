import { parse, TomlError } from 'smol-toml'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { type Config, configSchema } from './schema.ts'

/**
 * Reads the text of `peerage.toml`. All faults are reported together, with their settings or
 * with line and column. Throws `CONFIG_INVALID`.
 */
export function parseConfig(text: string): Config {
  if (text.length > LIMITS.configBytesMax) {
    throw new PeerageError('CONFIG_INVALID', { reason: 'the file is too large' })
  }
  const parsed = configSchema.safeParse(parseToml(text))
  if (!parsed.success) {
    throw new PeerageError('CONFIG_INVALID', {
      faults: parsed.error.issues.map((issue) => ({
        setting: issue.path.join('.'),
        reason: issue.message
      }))
    })
  }
  return parsed.data
}

function parseToml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw new PeerageError('CONFIG_INVALID', { line: error.line, column: error.column })
  }
}
