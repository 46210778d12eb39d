import { parse, TomlError } from 'smol-toml'
import type * as z from 'zod'
import { PeerageError } from '../errors.ts'
import { LIMITS } from '../limits.ts'
import { nearest } from './nearest.ts'
import { type Config, configSchema, viewAges } from './schema.ts'

/**
 * Reads the text of `peerage.toml`. All faults are reported together, with setting and line, and
 * for an unknown setting the one that was meant. Throws `CONFIG_INVALID`.
 */
export function parseConfig(text: string): Config {
  if (text.length > LIMITS.configBytesMax) {
    throw new PeerageError('CONFIG_INVALID', { reason: 'the file is too large' })
  }
  const parsed = configSchema.safeParse(parseToml(text))
  if (!parsed.success) {
    throw new PeerageError('CONFIG_INVALID', {
      issues: parsed.error.issues.flatMap((issue) => describeIssue(issue, text))
    })
  }
  requireAges(parsed.data, text)
  return parsed.data
}

function requireAges(config: Config, text: string): void {
  const { admissionMs, sessionMs } = viewAges(config)
  if (admissionMs <= sessionMs) return
  const message = 'connections cannot end before admissions do: not shorter than admission_view_age'
  const path = withLine('session_view_age', text)
  throw new PeerageError('CONFIG_INVALID', { issues: [{ path, message }] })
}

function describeIssue(
  issue: z.core.$ZodIssue,
  text: string
): readonly { readonly path: string; readonly message: string }[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: withLine(issue.path.join('.'), text), message: issue.message }]
  }
  return issue.keys.map((key) => {
    const meant = nearest(key, Object.keys(configSchema.shape))
    const question = meant === undefined ? '' : `; did you mean ${meant}?`
    return { path: withLine(key, text), message: `there is no such setting${question}` }
  })
}

/** Settings are at the top level of the file: a line begins with each. */
function withLine(setting: string, text: string): string {
  const [key = ''] = setting.split('.')
  const at = text.split('\n').findIndex((line) => line.split('=')[0]?.trim() === key)
  return at === -1 ? setting : `${setting} (line ${at + 1})`
}

function parseToml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    throw new PeerageError('CONFIG_INVALID', { line: error.line, column: error.column })
  }
}
